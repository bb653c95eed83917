// A checkpoint's files are compared with its manifest whoever reads them, and are read once.
#include "libcore/training/checked_folder.h"

#include <fstream>

#include "libcore/training/checkpoint.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

const model::Config& tiny() {
  static const model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16");
  return config;
}

/// A state whose moments are its weights.
TrainingState begun() {
  TrainingState state;
  state.weights = state.first_moments = state.second_moments = model::initial_weights(tiny(), 3);
  return state;
}

void write(const std::filesystem::path& folder, const TrainingState& state, std::int64_t readers = 1) {
  std::filesystem::create_directories(folder);
  write_checkpoint(folder, {tiny(), state.view(), io::Json::object(), {}, readers});
}

/// What the folder throws when that part of it is read; "" where nothing.
std::string refusal(const std::filesystem::path& folder, CheckedFolder::Part part) {
  try {
    CheckedFolder checked(folder, part);
    checked.read([](const io::ReadObserver&) { return 0; });
  } catch (const Error& failure) {
    return failure.what();
  }
  return {};
}

void flip_byte(const std::filesystem::path& file, std::streamoff place) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  const int old = bytes.seekg(place).get();
  bytes.seekp(place).put(static_cast<char>(old ^ 0x7f));
}

/// Bytes that this process has read so far.
std::uint64_t bytes_read() {
  std::ifstream file("/proc/self/io");
  std::string word;
  std::uint64_t bytes = 0;
  file >> word >> bytes;
  return bytes;
}

}  // namespace

TEST_CASE("whoever reads the model of a checkpoint alone compares its files alone") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  CHECK(refusal(folder, CheckedFolder::Part::model) == "");  // no checkpoint, as of a model that was fetched
  CHECK_THAT(refusal(folder, CheckedFolder::Part::all), Catch::Matchers::Contains("manifest.json"));
  const TrainingState state = begun();
  write(folder, state, 2);
  CHECK(refusal(folder, CheckedFolder::Part::all) == "");
  for (const char* unread : {"state.json", "optimizer-00001-of-00002.safetensors"}) {
    std::filesystem::resize_file(folder / unread, 10);
    CHECK_THAT(refusal(folder, CheckedFolder::Part::all), Catch::Matchers::Contains(unread));
    CHECK_THROWS_WITH(verify_files(folder), Catch::Matchers::Contains(unread));
  }
  CHECK(refusal(folder, CheckedFolder::Part::model) == "");
  for (const char* read : {"model.safetensors", "config.json"}) {
    INFO(read);
    write(folder, state);
    flip_byte(folder / read, 20);
    CHECK_THAT(refusal(folder, CheckedFolder::Part::model),
               Catch::Matchers::Contains(std::string(read) + ": its bytes differ"));
  }
}

TEST_CASE("an index that no manifest lists stands for nothing") {
  const test_support::ScratchFolder scratch;
  write(scratch.path(), begun());
  std::ofstream(scratch.path() / io::kSafetensorsIndex) << R"({"weight_map":{"wte.weight":"other.safetensors"}})";
  for (const auto part : {CheckedFolder::Part::all, CheckedFolder::Part::model})
    CHECK_THAT(refusal(scratch.path(), part), Catch::Matchers::Contains("model.safetensors.index.json: expected the files of the manifest alone"));
}

TEST_CASE("bytes that differ are told of whatever they do to what is read") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  const TrainingState state = begun();
  for (const char* name : {"model.safetensors", "optimizer.safetensors"}) {
    write(folder, state);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(folder / name));
    // The header's length, its text, the exponents of numbers, the last byte.
    for (const std::streamoff place :
         {std::streamoff{0}, std::streamoff{9}, std::streamoff{40}, size - 4097, size - 1}) {
      INFO(name << " at " << place);
      flip_byte(folder / name, place);
      CHECK_THROWS_WITH(read_checkpoint(folder), Catch::Matchers::Contains(std::string(name) + ": its bytes differ"));
      flip_byte(folder / name, place);
    }
    CHECK(read_checkpoint(folder).state.weights == state.weights);
  }
}

TEST_CASE("a checkpoint is read once") {
  if (bytes_read() == 0) {
    WARN("skipped: /proc/self/io says nothing");
    return;
  }
  const test_support::ScratchFolder scratch;
  const TrainingState state = begun();
  for (const std::int64_t readers : {1, 3}) {
    const std::filesystem::path folder = scratch.path() / std::to_string(readers);
    write(folder, state, readers);
    std::uint64_t tensors = 0, all = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      all += file.file_size();
      if (file.path().extension() == ".safetensors") tensors += file.file_size();
    }
    const std::uint64_t before = bytes_read();
    CHECK(read_checkpoint(folder).state.weights == state.weights);
    const std::uint64_t read = bytes_read() - before;
    CHECK(read >= tensors);
    // Headers are read for their own sake too, and so are the small files.
    CHECK(static_cast<double>(read) < 1.3 * static_cast<double>(all));
  }
}
