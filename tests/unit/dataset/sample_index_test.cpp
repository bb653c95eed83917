#include "libcore/base/error.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/reader.h"
#include "libcore/dataset/sample_index.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;

TEST_CASE("A reader sees every sample in its place where each is stored once") {
  test::ScratchDataset scratch;
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < 2000; ++i) rows.insert(rows.end(), {i % 7, i % 7 + 100, 5});
  const auto bytes = std::as_bytes(std::span(rows));
  std::vector<dataset::CompressInput> inputs;
  inputs.push_back(test::input_of({"x", io::DType::i64, {2000, 3}}, {bytes.begin(), bytes.end()}));
  dataset::store_once(inputs[0], scratch.around());
  CHECK(inputs[0].samples == 2000);
  CHECK(inputs[0].distinct_samples == 7);
  const std::string path = scratch.path("x.h5").string();
  dataset::compress(inputs, {}, path, path, scratch.around());

  const dataset::Reader reader(path);
  REQUIRE(reader.arrays().size() == 1);  // the index is not the user's
  CHECK((reader.arrays()[0].shape == io::Shape{2000, 3}));
  std::vector<std::int64_t> read(rows.size());
  reader.read(0, 0, std::as_writable_bytes(std::span(read)));
  CHECK(read == rows);
  std::int64_t one = 0;  // within a row, across rows
  reader.read(0, (1999 * 3 + 1) * sizeof one, std::as_writable_bytes(std::span(&one, 1)));
  CHECK(one == 1999 % 7 + 100);
}

TEST_CASE("An index that leaves its array, and offsets that do not fit, are errors") {
  const auto file = [](std::vector<std::int64_t> index, std::vector<std::int64_t> offsets, std::uint64_t length) {
    io::ArrayFile made;
    made.name = "made";
    made.arrays.push_back(io::memory_array("bytes", std::string_view("aabbb")));
    made.arrays.push_back(io::memory_array("offsets", offsets));
    made.arrays.push_back(io::memory_array("sample_index", index));
    made.attributes.push_back(io::text_attribute("bytes", io::kOffsets, "offsets"));
    made.attributes.push_back(io::text_attribute("bytes", dataset::kSampleIndex, "/sample_index"));
    made.attributes.push_back(io::integer_attribute("bytes", dataset::kSampleBytes, length));
    return made;
  };
  const io::ArrayFile good = file({1, 0, 1}, {0, 2, 5}, 8);
  const dataset::ExpandedSamples expanded = dataset::expand_samples(good);
  std::string text(8, '\0');
  expanded.arrays.at(0)->read(0, std::as_writable_bytes(std::span(text)));
  CHECK(text == "bbbaabbb");
  CHECK_THROWS_AS(dataset::expand_samples(file({2}, {0, 2, 5}, 3)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({-1}, {0, 2, 5}, 3)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({0}, {0, 6, 5}, 2)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({0}, {0, 2, 4}, 2)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({0}, {}, 2)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({0}, {0, 2, 5}, 4)), Error);
  CHECK_THROWS_AS(dataset::expand_samples(file({}, {0, 2, 5}, std::uint64_t(-1))), Error);
}

TEST_CASE("A content with the hash of another is another") {
  dataset::ContentIndex contents;
  const auto bytes = [](std::string_view text) { return std::as_bytes(std::span(text)); };
  const auto other = [](std::uint64_t) { return std::vector<std::byte>{std::byte{'z'}}; };  // as a collision would give
  const auto none = [](std::uint64_t) -> std::vector<std::byte> { throw std::logic_error("not asked for"); };
  CHECK(contents.number(bytes("a"), none) == 0);
  CHECK(contents.number(bytes("b"), none) == 1);
  CHECK(contents.number(bytes("a"), other) == 2);
  CHECK(contents.size() == 3);
}
