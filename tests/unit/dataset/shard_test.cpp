// Parts of inputs, and what joining makes of them.
#include "libcore/dataset/shard.h"

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/join.h"
#include "libcore/dataset/shard_fingerprint.h"
#include "libcore/io/sample_columns.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

CompressOptions quick() {
  CompressOptions options;
  options.effort = "fast";
  options.chunk_bytes = 4096;
  return options;
}

std::vector<CompressInput> rows(std::uint64_t count, std::uint64_t seed = 1) {
  const io::ArrayInfo info{"data", io::DType::u32, {count, 5}};
  return test::inputs_of(test::input_of(info, test::noise(info.bytes(), seed)));
}

/// Writes part `index` of `count` as "INDEX.h5" and returns its name.
std::string write_part(test::ScratchDataset& scratch, std::vector<CompressInput> inputs, const Shard& shard) {
  const ShardRecord record = cut(inputs, shard, "options");
  const std::string path = scratch.path(std::to_string(shard.index) + ".h5").string();
  verify(path, compress(inputs, quick(), path, path, scratch.around(), &record), scratch.around());
  return path;
}

std::vector<std::string> write_parts(test::ScratchDataset& scratch, std::uint64_t count, std::uint64_t all_rows) {
  std::vector<std::string> files;
  for (std::uint64_t index = 1; index <= count; ++index)
    files.push_back(write_part(scratch, rows(all_rows), {index, count}));
  return files;
}

std::string joined(test::ScratchDataset& scratch, const std::vector<std::string>& files) {
  const std::string path = scratch.path("joined.h5").string();
  join(files, quick(), path, path, scratch.around());
  return path;
}

std::string fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("parts of rows are next to each other, all of them, and even", "[dataset]") {
  for (const std::uint64_t all : {0ull, 1ull, 2ull, 7ull, 100ull, 4095ull, (1ull << 62) - 1, 1ull << 62})
    for (const std::uint64_t count : {1ull, 2ull, 3ull, 7ull, 4096ull}) {
      std::uint64_t next = 0, least = ~0ull, most = 0;
      for (std::uint64_t index = 1; index <= count; ++index) {
        const SampleRun run = rows_of({index, count}, all);
        REQUIRE(run.first == next);
        next += run.count;
        least = std::min(least, run.count);
        most = std::max(most, run.count);
      }
      CHECK(next == all);
      CHECK(most - least <= 1);
    }
}

TEST_CASE("a part is spelled PART/PARTS", "[dataset]") {
  CHECK(parse_shard("3/8").index == 3);
  CHECK(parse_shard("4096/4096").count == 4096);
  for (const char* text : {"", "3", "/", "3/", "/8", "0/8", "9/8", "1/0", "1/4097", "-1/3", "1/3/3", "1 /3", "a/b", "1.5/3"})
    CHECK_THROWS_AS(parse_shard(text), Error);
}

TEST_CASE("a joined file has the rows of all parts, and its checks find what differs", "[dataset]") {
  test::ScratchDataset scratch;
  const std::uint64_t all_rows = GENERATE(0u, 2u, 3000u);
  const std::vector<std::string> files = write_parts(scratch, 3, all_rows);
  const Archive archive(joined(scratch, {files[2], files[0], files[1]}));
  const std::vector<CompressInput> whole = rows(all_rows);
  REQUIRE(archive.layout().inputs.size() == 1);
  CHECK_FALSE(compare(archive, archive.layout().inputs[0], whole[0].file, scratch.around()));
  check_chunks(archive, scratch.around());
  CHECK(archive.layout().joined() == true);
  CHECK(archive.reader().part_paths().size() == (all_rows == 0 ? 0 : all_rows == 2 ? 2 : 3));
  if (all_rows == 0) return;
  std::uint64_t chunks = 0;
  for (const std::string& file : files) chunks += all_rows == 2 && Archive(file).layout().arrays[0].info.bytes() == 0
                                                      ? 0 : Archive(file).layout().arrays[0].parts();
  CHECK(archive.layout().arrays[0].parts() == chunks);
  const std::vector<CompressInput> other = rows(all_rows, 2);
  CHECK(compare(archive, archive.layout().inputs[0], other[0].file, scratch.around()));
}

TEST_CASE("parts that do not make one whole are told apart", "[dataset]") {
  test::ScratchDataset scratch;
  const std::vector<std::string> files = write_parts(scratch, 3, 100);
  const auto fault = [&](const std::vector<std::string>& list) { return fault_of([&] { joined(scratch, list); }); };
  CHECK(fault(files).empty());
  CHECK_THAT(fault({files[1]}), Catch::Contains("parts 1, 3 of 3 are missing"));
  CHECK_THAT(fault({files[0], files[1], files[1], files[2]}), Catch::Contains("is part 2 of 3, and so is"));
  write_part(scratch, rows(100, 2), {2, 3});
  CHECK_THAT(fault(files), Catch::Contains("other inputs"));
  write_part(scratch, rows(101), {2, 3});
  CHECK_THAT(fault(files), Catch::Contains("other inputs"));
}

TEST_CASE("what another part became is noticed", "[dataset]") {
  test::ScratchDataset scratch;
  const std::vector<std::string> files = write_parts(scratch, 2, 3000);
  const std::string whole = joined(scratch, files);
  std::filesystem::remove(files[1]);
  CHECK_THROWS_WITH(Archive(whole), Catch::Contains("2.h5") && Catch::Contains("cannot open"));
  std::filesystem::copy_file(files[0], files[1]);
  CHECK_THAT(fault_of([&] { Archive{whole}; }), Catch::Contains("2.h5") && Catch::Contains("another file than the part"));
}

TEST_CASE("the fingerprint tells inputs apart", "[dataset]") {
  const std::string first = fingerprint(rows(100), "a");
  CHECK(first == fingerprint(rows(100), "a"));
  CHECK(first != fingerprint(rows(100), "b"));
  CHECK(first != fingerprint(rows(101), "a"));
  CHECK(first != fingerprint(rows(100, 2), "a"));
  std::vector<CompressInput> named = rows(100);
  named[0].restore_name = "other.bin";
  CHECK(first != fingerprint(named, "a"));
}

TEST_CASE("the fingerprint looks into every array, whatever stands before it", "[dataset]") {
  const auto inputs = [](std::uint64_t first, std::uint64_t second, std::uint64_t seed, bool last_byte = false) {
    std::vector<CompressInput> all;
    for (const std::uint64_t bytes : {first, second}) {
      const bool changes = all.size() == 1;
      std::vector<std::byte> elements = test::noise(bytes, changes && !last_byte ? seed : 1);
      if (changes && last_byte) elements.back() ^= std::byte{1};
      all.push_back(std::move(test::inputs_of(test::input_of({"data", io::DType::u8, {bytes}}, elements))[0]));
    }
    return fingerprint(all, "");
  };
  const std::uint64_t large = std::uint64_t{1} << 22;
  for (const auto& [first, second] : {std::pair<std::uint64_t, std::uint64_t>{1000, 1000}, {5000, 3000}, {large, 1000}, {large, large}, {1000, large + 1}}) {
    CAPTURE(first, second);
    CHECK(inputs(first, second, 1) == inputs(first, second, 1));
    CHECK(inputs(first, second, 1) != inputs(first, second, 2));
    CHECK(inputs(first, second, 1) != inputs(first, second, 1, true));
  }
}

TEST_CASE("samples of different lengths are cut between samples", "[dataset]") {
  for (const std::uint64_t count : {1u, 2u, 4u, 9u}) {
    std::string text;
    std::vector<std::int64_t> lengths;
    for (std::uint64_t index = 1; index <= count; ++index) {
      CompressInput input;
      input.file.name = "samples";
      const std::string all = "abbcccdddd";
      io::add_sample_bytes(input.file, "", io::memory_array("bytes", all), {0, 1, 3, 3, 6, 10});
      std::vector<CompressInput> inputs = test::inputs_of(std::move(input));
      const ShardRecord record = cut(inputs, {index, count}, "");
      const io::ArraySource &bytes = *inputs[0].file.arrays[0], &offsets = *inputs[0].file.arrays[1];
      std::vector<std::int64_t> begins(offsets.info().shape[0]);
      offsets.read(0, std::as_writable_bytes(std::span(begins)));
      CHECK(begins.front() == 0);
      CHECK(static_cast<std::uint64_t>(begins.back()) == bytes.info().bytes());
      CHECK(record.arrays[0].division == Division::rows);
      CHECK(record.arrays[1].division == Division::offsets);
      CHECK(record.arrays[0].first == text.size());
      CHECK(record.arrays[1].first == lengths.size());
      for (std::size_t i = 1; i < begins.size(); ++i) lengths.push_back(begins[i] - begins[i - 1]);
      std::string own(bytes.info().bytes(), ' ');
      if (!own.empty()) bytes.read(0, std::as_writable_bytes(std::span(own)));
      text += own;
    }
    CHECK(text == "abbcccdddd");
    CHECK(lengths == std::vector<std::int64_t>{1, 2, 0, 3, 4});
  }
}
