// Laws of dataset files: any array comes back, threads change nothing, damage is found.
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/join.h"
#include "libcore/dataset/restore.h"
#include "libcore/dataset/shard.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

struct Case {
  io::ArrayInfo info;
  std::vector<std::byte> bytes;
  CompressOptions options;
};

/// Any type, rank 0 to 4 with extents from 0, chunks of 4 KiB to 64 KiB, and data from all equal to noise.
Case any_case() {
  Case one;
  one.info.name = "data";
  one.info.type = static_cast<io::DType>(*rc::gen::inRange(0, 15));
  const int rank = *rc::gen::inRange(0, 5);
  const int longest[] = {0, 30000, 200, 40, 15};
  for (int i = 0; i < rank; ++i)
    one.info.shape.push_back(static_cast<std::uint64_t>(*rc::gen::inRange(0, longest[rank])));
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  one.bytes = test::noise(one.info.bytes(), seed);
  const int kept_bits = *rc::gen::inRange(0, 9);
  const int alike = *rc::gen::inRange(1, 20);
  for (std::size_t i = 0; i < one.bytes.size(); ++i) {
    if (i % static_cast<std::size_t>(alike) != 0) one.bytes[i] = one.bytes[i - 1];
    one.bytes[i] &= static_cast<std::byte>((1 << kept_bits) - 1);
    if (one.info.type == io::DType::boolean) one.bytes[i] &= std::byte{1};
  }
  one.options.effort = *rc::gen::element(std::string("fast"), std::string("normal"));
  one.options.reader = *rc::gen::element(std::string("h5py"), std::string("plugin"), std::string("plain"));
  one.options.chunk_bytes = *rc::gen::inRange(4096, 65536);
  return one;
}

std::string written(test::ScratchDataset& scratch, const Case& one, const std::string& name, std::int64_t threads) {
  std::vector<CompressInput> inputs;
  inputs.push_back(test::input_of(one.info, one.bytes));
  const Layout layout = compress(inputs, one.options, scratch.path(name).string(), name, scratch.around(threads));
  verify(scratch.path(name).string(), layout, scratch.around(threads));
  return test::bytes_of(scratch.path(name));
}

/// Any range of bytes, not only whole chunks, and the original.
void require_back(const Archive& archive, const Case& one, test::ScratchDataset& scratch) {
  const std::size_t begin = one.bytes.empty() ? 0 : *rc::gen::inRange<std::size_t>(0, one.bytes.size());
  std::vector<std::byte> part(one.bytes.size() - begin);
  archive.reader().read(0, begin, part);
  RC_ASSERT(std::equal(part.begin(), part.end(), one.bytes.begin() + static_cast<std::ptrdiff_t>(begin)));
  restore_input(archive, archive.layout().inputs[0], scratch.path("out"), scratch.around());
  const std::string back = test::bytes_of(scratch.path("out") / "original.bin");
  RC_ASSERT(back == std::string_view(reinterpret_cast<const char*>(one.bytes.data()), one.bytes.size()));
}

}  // namespace

TEST_CASE("any array comes back bit for bit, and one thread writes what three write") {
  CHECK(rc::check([] {
    const Case one = any_case();
    test::ScratchDataset scratch;
    RC_ASSERT(written(scratch, one, "a.h5", 1) == written(scratch, one, "b.h5", 3));
    const Archive archive(scratch.path("a.h5").string());
    RC_ASSERT(archive.reader().arrays().size() == 1U);
    RC_ASSERT(archive.reader().arrays()[0].shape == one.info.shape);
    RC_ASSERT(archive.reader().arrays()[0].type == one.info.type);
    require_back(archive, one, scratch);
  }));
}

namespace {

/// Every how many bytes a damage is tried.
std::size_t step_of(std::size_t usual) {
  return std::getenv("DAYBREAK_SLOW") != nullptr ? 1 : usual;
}

/// What is small, but holds frames of every reader, literals and attributes.
Case few_levels(const char* reader) {
  Case one;
  one.info = {"data", io::DType::u16, {6000}};
  one.bytes = test::noise(12000, 11);
  for (std::size_t i = 0; i < one.bytes.size(); ++i) one.bytes[i] &= static_cast<std::byte>(i % 2 == 0 ? 15 : 0);
  one.options.reader = reader;
  one.options.effort = "fast";
  one.options.chunk_bytes = 4096;
  return one;
}

/// True where the file is refused as damaged, false where it gives every element and says so; else the test fails.
bool is_found(test::ScratchDataset& scratch, const std::string& damaged, const Case& one) {
  std::ofstream(scratch.path("damaged.h5"), std::ios::binary) << damaged;
  try {
    const Archive archive(scratch.path("damaged.h5").string());
    check_chunks(archive, scratch.around());
    std::vector<std::byte> back(one.bytes.size());
    archive.reader().read(0, 0, back);
    CHECK(back == one.bytes);
    return false;
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::data);
    return true;
  }
}

}  // namespace

TEST_CASE("a flipped bit anywhere in the file is found or harms nothing") {
  for (const char* reader : {"h5py", "plugin", "plain"}) {
    test::ScratchDataset scratch;
    const Case one = few_levels(reader);
    const std::string whole = written(scratch, one, "whole.h5", 1);
    int found = 0, harmless = 0;
    for (std::size_t at = 0; at < whole.size(); at += step_of(89)) {
      INFO(reader << ": bit " << at % 8 << " of byte " << at);
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
      ++(is_found(scratch, damaged, one) ? found : harmless);
    }
    INFO(reader << ": " << found << " found, " << harmless << " harmless");
    CHECK(found > 3 * harmless);
  }
}

TEST_CASE("a file cut anywhere is refused") {
  for (const char* reader : {"h5py", "plugin", "plain"}) {
    test::ScratchDataset scratch;
    const Case one = few_levels(reader);
    const std::string whole = written(scratch, one, "whole.h5", 1);
    for (std::size_t keep = 0; keep < whole.size(); keep += step_of(131)) {
      INFO(reader << ": " << keep << " of " << whole.size() << " bytes");
      CHECK(is_found(scratch, whole.substr(0, keep), one));
    }
    CHECK(is_found(scratch, whole.substr(0, whole.size() - 1), one));
  }
}

TEST_CASE("parts of any number, joined, are the array") {
  CHECK(rc::check([] {
    const Case one = any_case();
    test::ScratchDataset scratch;
    const auto count = static_cast<std::uint64_t>(*rc::gen::inRange(1, 8));
    std::vector<std::string> parts;
    for (std::uint64_t index = 1; index <= count; ++index) {
      std::vector<CompressInput> inputs;
      inputs.push_back(test::input_of(one.info, one.bytes));
      const ShardRecord record = cut(inputs, {index, count}, "");
      parts.push_back(scratch.path(std::to_string(index) + ".h5").string());
      verify(parts.back(), compress(inputs, one.options, parts.back(), "part", scratch.around(), &record), scratch.around());
    }
    std::reverse(parts.begin(), parts.end());
    join(parts, one.options, scratch.path("joined.h5").string(), "joined.h5", scratch.around());
    const Archive archive(scratch.path("joined.h5").string());
    check_chunks(archive, scratch.around());
    RC_ASSERT(archive.reader().arrays()[0].shape == one.info.shape);
    require_back(archive, one, scratch);
  }));
}
