// A dataset file: written, read, restored, and what happens to damaged and hostile ones.
#include "libcore/dataset/archive.h"

#include <sys/stat.h>

#include "libcore/base/error.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/restore.h"
#include "libcore/dataset/summary.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;
using test::inputs_of;

namespace {

CompressOptions quick(std::int64_t chunk_bytes = 4096) {
  CompressOptions options;
  options.effort = "fast";
  options.chunk_bytes = chunk_bytes;
  return options;
}

Layout written(test::ScratchDataset& scratch, const std::vector<CompressInput>& inputs,
               const std::string& name = "x.h5", std::int64_t threads = 1) {
  const Layout layout = compress(inputs, quick(), scratch.path(name).string(), name, scratch.around(threads));
  verify(scratch.path(name).string(), layout, scratch.around(threads));
  return layout;
}

std::vector<std::byte> text_bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("every element type comes back with its name, shape and bits") {
  test::ScratchDataset scratch;
  CompressInput input;
  input.file.name = input.restore_name = "all.bin";
  input.file.format = "raw";
  std::vector<std::vector<std::byte>> wanted;
  for (int type = 0; type <= static_cast<int>(io::DType::f64); ++type) {
    const auto dtype = static_cast<io::DType>(type);
    auto bytes = test::noise(700 * 3 * io::dtype_bytes(dtype), static_cast<std::uint64_t>(type));
    if (dtype == io::DType::boolean)
      for (std::byte& byte : bytes) byte &= std::byte{1};
    wanted.push_back(bytes);
    input.file.arrays.push_back(io::memory_array(
        io::ArrayInfo{"group/" + std::string(io::dtype_name(dtype)), dtype, {700, 3}}, bytes));
  }
  const auto inputs = inputs_of(std::move(input));
  const Layout layout = written(scratch, inputs);
  const Reader reader(scratch.path("x.h5").string());
  REQUIRE(reader.arrays().size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto dtype = static_cast<io::DType>(i);
    const auto found = reader.find("group/" + std::string(io::dtype_name(dtype)));
    REQUIRE(found);
    CHECK(reader.arrays()[*found].type == dtype);
    CHECK(reader.arrays()[*found].shape == io::Shape{700, 3});
    std::vector<std::byte> back(wanted[i].size());
    reader.read(*found, 0, back);
    CHECK(back == wanted[i]);
  }
  CHECK(summary_json(layout, 1000).at("arrays").size() == wanted.size());
  CHECK_THROWS_AS(reader.read(0, reader.arrays()[0].bytes(), std::span(wanted[0]).first(1)), Error);
}

TEST_CASE("token streams are found by role, else by being the only one") {
  test::ScratchDataset scratch;
  const auto ids = test::noise(2 * 5000, 7);
  CompressInput tokens = test::input_of({"tokens", io::DType::u16, {5000}}, ids);
  tokens.notes.push_back({"tokens", "role", io::DType::u8, true, {6}, text_bytes("tokens")});
  const std::uint64_t vocabulary = 50257;
  const auto raw = std::as_bytes(std::span(&vocabulary, 1));
  tokens.notes.push_back({"tokens", "vocabulary_size", io::DType::u64, false, {}, {raw.begin(), raw.end()}});
  CompressInput other = test::input_of({"text", io::DType::u8, {10}}, test::noise(10, 1), "text.txt");
  other.group = "b/";
  tokens.group = "a/";
  written(scratch, inputs_of(std::move(tokens), std::move(other)));
  const Reader reader(scratch.path("x.h5").string());
  const std::size_t index = token_array_index(reader);
  CHECK(token_array(reader).name == "a/tokens");
  CHECK(vocabulary_size(reader, index) == 50257U);
  std::vector<std::uint32_t> window(3);
  read_tokens(reader, index, 4000, window);
  for (std::size_t i = 0; i < window.size(); ++i)
    CHECK(window[i] ==
          (std::to_integer<std::uint32_t>(ids[8000 + 2 * i]) | std::to_integer<std::uint32_t>(ids[8001 + 2 * i]) << 8));

  written(scratch, inputs_of(test::input_of({"text", io::DType::u8, {10}}, test::noise(10, 1))), "text.h5");
  const Reader text(scratch.path("text.h5").string());
  CHECK(token_array(text).name == "text");
  CHECK(vocabulary_size(text, 0) == 256U);
  written(scratch, inputs_of(test::input_of({"data", io::DType::f32, {10}}, test::noise(40, 1))), "floats.h5");
  CHECK_THROWS_WITH(token_array(Reader(scratch.path("floats.h5").string())),
                    Catch::Matchers::Contains("data F32 [10]"));
}

TEST_CASE("names that HDF5 cannot keep, collide or are ours are refused before any work") {
  const auto one = [](const std::string& name) {
    return test::input_of({name, io::DType::u8, {1}}, test::noise(1, 1));
  };
  for (const char* name : {"", ".", "a//b", "a/../b", "/a", "_daybreak/layout", "_daybreak"}) {
    INFO(name);
    CHECK_THROWS_AS(plan_arrays(inputs_of(one(name)), quick()), Error);
  }
  CHECK_THROWS_AS(plan_arrays(inputs_of(one("a"), one("a")), quick()), Error);
  CHECK_THROWS_AS(plan_arrays(inputs_of(one("a/b"), one("a")), quick()), Error);
  CHECK_THROWS_AS(plan_arrays(inputs_of(one("a"), one("a/b")), quick()), Error);
  CHECK_NOTHROW(plan_arrays(inputs_of(one("a/b"), one("a/c"), one("..."), one("ü ß")), quick()));
}

TEST_CASE("restored names stay within the folder") {
  for (const char* name : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", ".bashrc", "-rf", "a\\b", "a\nb",
                           "a\x1b[2J", "a/", "a:b", "\xff"}) {
    INFO(name);
    CHECK_FALSE(is_harmless_name(name));
    CHECK(is_harmless_name(harmless_name(name)));
  }
  for (const char* name : {"x.npy", "folder/x y.npy", "größe.csv", "a..b", "a-b_c+d=e@f,(1)~"}) {
    CHECK(is_harmless_name(name));
    CHECK(harmless_name(name) == name);
  }
  CHECK(is_harmless_name(harmless_name(std::string(5000, 'x'))));
}

TEST_CASE("restore replaces nothing unasked and follows no link") {
  test::ScratchDataset scratch;
  const auto bytes = test::noise(5000, 5);
  written(scratch, inputs_of(test::input_of({"data", io::DType::u8, {5000}}, bytes, "folder/a.bin")));
  const Archive archive(scratch.path("x.h5").string());
  const auto out = scratch.path("out");
  check_targets(archive, out, false);
  restore_input(archive, archive.layout().inputs[0], out, scratch.around());
  const std::string back = test::bytes_of(out / "folder/a.bin");
  CHECK(std::equal(back.begin(), back.end(), bytes.begin(), bytes.end(),
                   [](char a, std::byte b) { return static_cast<std::byte>(a) == b; }));
  CHECK_THROWS_AS(check_targets(archive, out, false), Error);
  CHECK_NOTHROW(check_targets(archive, out, true));
  std::filesystem::create_directory(scratch.path("elsewhere"));
  std::filesystem::create_directory(scratch.path("linked"));
  std::filesystem::create_directory_symlink(scratch.path("elsewhere"), scratch.path("linked") / "folder");
  CHECK_THROWS_AS(check_targets(archive, scratch.path("linked"), true), Error);
}

TEST_CASE("a file of other HDF5 software is no archive, and says so") {
  test::ScratchDataset scratch;
  std::ofstream(scratch.path("x.h5")) << "no HDF5";
  CHECK_THROWS_AS(Archive(scratch.path("x.h5").string()), Error);
  CHECK_THROWS_AS(Archive(scratch.path("absent.h5").string()), Error);
}

TEST_CASE("check names the array and the first element that differs") {
  test::ScratchDataset scratch;
  auto bytes = test::noise(4 * 9000, 9);
  written(scratch, inputs_of(test::input_of({"data", io::DType::f32, {9000}}, bytes)));
  const Archive archive(scratch.path("x.h5").string());
  CHECK(check_chunks(archive, scratch.around(2)) == 9);
  const CompressInput same = test::input_of({"data", io::DType::f32, {9000}}, bytes);
  CHECK_FALSE(compare(archive, archive.layout().inputs[0], same.file, scratch.around()));
  bytes[4 * 7001 + 2] ^= std::byte{1};
  const CompressInput other = test::input_of({"data", io::DType::f32, {9000}}, bytes);
  const auto difference = compare(archive, archive.layout().inputs[0], other.file, scratch.around());
  REQUIRE(difference);
  CHECK(difference->array == "data");
  CHECK(difference->element == 7001U);
  bytes.resize(4 * 8999);
  const CompressInput shorter = test::input_of({"data", io::DType::f32, {8999}}, bytes);
  CHECK_FALSE(compare(archive, archive.layout().inputs[0], shorter.file, scratch.around())->element);
}
