// Hostile HDF5 files end as an error of ours: no signal reaches this process, no memory is taken on their word.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_reader.h"
#include "tests/support/catch.hpp"
#include "tests/unit/io/support.h"

namespace daybreak::io {
namespace {

std::uint64_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
  return 0;
}

/// Opens a file and reads its arrays; "" or what the error says. Anything but a data error fails the test.
std::string outcome(const std::string& path) {
  constexpr std::uint64_t kReadAtMost = 1 << 20;
  try {
    const ArrayFile file = open_hdf5(std::make_shared<InputFile>(path));
    for (const auto& array : file.arrays) {
      std::vector<std::byte> bytes(std::min(array->info().bytes(), kReadAtMost));
      array->read(0, bytes);
    }
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return {};
}

template <class T>
std::vector<T> values_of(const ArrayFile& file, const std::string& name) {
  for (const auto& source : file.arrays)
    if (source->info().name == name) return test::values<T>(*source);
  throw std::runtime_error("no array " + name);
}

}  // namespace

TEST_CASE("Files that crash HDF5 end as data errors, within little memory") {
  const auto folder = test::data_folder("traps/hdf5");
  if (!folder) return;
  const std::uint64_t before = peak_kib();
  std::size_t files = 0, deaths = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string said = outcome(entry.path().string());
    ++files;
    if (said.find("died on this file") != std::string::npos) ++deaths;
  }
  CHECK(files == 17);
  CHECK(deaths >= 1);  // HDF5 1.10.8 dies on two or three of them: the confinement was really needed
  CHECK(peak_kib() - before < 64 * 1024);
}

TEST_CASE("The odd but valid files of jHDF hold what h5py finds in them") {
  const auto folder = test::data_folder("traps/hdf5");
  if (!folder) return;
  const auto opened = [&](const char* name) { return open_hdf5(std::make_shared<InputFile>((*folder / name).string())); };
  CHECK(values_of<double>(opened("jhdf_100B_max_dimension_size.hdf5"), "100B-MaxSize") ==
        std::vector<double>{1.1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const ArrayFile special = opened("jhdf_float_special_values_latest.hdf5");
  CHECK(values_of<std::uint16_t>(special, "float16") == std::vector<std::uint16_t>{0x7c00, 0xfc00, 0x7e00, 0, 0x8000});
  CHECK(values_of<std::uint32_t>(special, "float32") ==
        std::vector<std::uint32_t>{0x7f800000, 0xff800000, 0x7fc00000, 0, 0x80000000});
  CHECK(values_of<std::uint64_t>(special, "float64") ==
        std::vector<std::uint64_t>{0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0, 0x8000000000000000});
  const ArrayFile sums = opened("jhdf_fletcher32_datasets_latest.hdf5");
  const auto floats = values_of<float>(sums, "float/float32");
  const auto bytes = values_of<std::int8_t>(sums, "int/int8");
  for (std::size_t k = 0; k < 35; ++k) {
    CHECK(floats[k] == static_cast<float>(k));
    CHECK(bytes[k] == static_cast<std::int8_t>(k));
  }
  const ArrayFile old = opened("jhdf_hdf_v14_test1.hdf5");
  const auto first = values_of<std::int32_t>(old, "dset1");
  const auto second = values_of<double>(old, "dset2");
  for (std::size_t row = 0; row < 10; ++row)
    for (std::size_t column = 0; column < 20; ++column) CHECK(first[row * 20 + column] == static_cast<int>(row + column));
  CHECK_THAT(second[5], Catch::Matchers::WithinAbs(0.0005, 1e-12));
  CHECK_THAT(second[599], Catch::Matchers::WithinAbs(29.0019, 1e-12));
  using Catch::Matchers::Contains;
  CHECK_THAT(outcome((*folder / "jhdf_test_missing_filter.hdf5bad").string()), Contains("filter 4 (szip)"));
}

TEST_CASE("Damaged at any place, a file is read or refused") {
  const test::ScratchFolder scratch;
  std::mt19937 random(20261124);
  std::size_t refused = 0;
  for (const char* name : {"chunks", "filters", "latest", "attributes", "netcdf"}) {
    const std::string whole = test::file_bytes(DAYBREAK_SOURCE_DIR "/tests/unit/io/data/hdf5_" + std::string(name) + ".h5");
    for (int round = 0; round < 40; ++round) {
      std::string damaged = whole;
      for (int flips = 0; flips < 1 + round % 3; ++flips) damaged[random() % damaged.size()] = static_cast<char>(random());
      refused += outcome(scratch.file("flipped.h5", damaged)).empty() ? 0 : 1;
      refused += outcome(scratch.file("cut.h5", whole.substr(0, random() % whole.size()))).empty() ? 0 : 1;
    }
  }
  CHECK(refused >= 200);  // each cut file, and some of the flipped ones
}

TEST_CASE("What is no HDF5 file is said to be none") {
  const test::ScratchFolder scratch;
  using Catch::Matchers::Contains;
  CHECK_THAT(outcome(scratch.file("empty.h5", "")), Contains("empty.h5") && Contains("HDF5 cannot read this file"));
  CHECK_THAT(outcome(scratch.file("text.h5", std::string(3000, 'x'))), Contains("HDF5 cannot read this file"));
}

TEST_CASE("A parent that ignores the end of its children reads all the same") {
  const auto path = DAYBREAK_SOURCE_DIR "/tests/unit/io/data/hdf5_chunks.h5";
  const auto old = std::signal(SIGCHLD, SIG_IGN);
  CHECK(outcome(path).empty());
  std::signal(SIGCHLD, old);
}

}  // namespace daybreak::io
