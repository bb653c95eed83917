#pragma once
// Datasets of a test: arrays in memory, files in a folder that vanishes.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/io/stretches.h"
#include "tests/support/scratch_folder.h"

namespace daybreak::test {

struct Silent : ProgressSink {
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
};

/// A folder, and what runs in it.
class ScratchDataset {
 public:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  dataset::Surroundings around(std::int64_t threads = 1) { return {threads, stop_, silent_}; }

 private:
  test_support::ScratchFolder folder_;
  StopToken stop_;
  Silent silent_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One input of one array that is its whole original.
inline dataset::CompressInput input_of(io::ArrayInfo info, std::vector<std::byte> bytes,
                                       const std::string& restore_name = "original.bin") {
  dataset::CompressInput input;
  input.file.name = restore_name;
  input.file.format = "raw";
  input.file.arrays.push_back(io::memory_array(std::move(info), std::move(bytes)));
  io::Piece whole;
  whole.array = 0;
  input.file.pieces = {whole};
  input.restore_name = restore_name;
  return input;
}

template <class... Inputs>
std::vector<dataset::CompressInput> inputs_of(Inputs... inputs) {
  std::vector<dataset::CompressInput> list;
  (list.push_back(std::move(inputs)), ...);
  return list;
}

inline std::vector<std::byte> noise(std::size_t bytes, std::uint64_t seed) {
  std::vector<std::byte> out(bytes);
  for (std::byte& byte : out) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<std::byte>(seed >> 56);
  }
  return out;
}

}  // namespace daybreak::test
