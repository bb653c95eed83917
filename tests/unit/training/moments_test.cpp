// Moments of ranks on disk: written by any job, read by any other.
#include "libcore/training/moments.h"

#include <fstream>

#include "libcore/base/error.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/manifest.h"
#include "libcore/training/state_layout.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
using Catch::Contains;

namespace {

constexpr std::int64_t kBucket = 2048;

const model::Config& tiny() {
  static const model::Config config = model::parse_init("gpt2:d=36,layers=2,heads=2,vocab=65,context=16");
  return config;
}

std::vector<Range> parts_of(const std::vector<double>& shares, std::size_t rank) {
  return StateLayout(model::flat_size(model::parameter_table(tiny())), shares, kBucket).ranges_of(static_cast<int>(rank));
}

std::vector<float> picked(const std::vector<float>& all, const std::vector<Range>& parts) {
  std::vector<float> values;
  for (const Range part : parts) values.insert(values.end(), all.begin() + part.begin, all.begin() + part.end);
  return values;
}

TrainingState whole_state(bool compensated) {
  TrainingState state;
  state.step = 3;
  state.weights = model::initial_weights(tiny(), 1);
  state.first_moments = model::initial_weights(tiny(), 2);
  state.second_moments = model::initial_weights(tiny(), 3);
  if (compensated) state.compensation = model::initial_weights(tiny(), 4);
  return state;
}

TrainingState of_rank(const TrainingState& whole, std::vector<Range> parts) {
  TrainingState state = whole;
  state.first_moments = picked(whole.first_moments, parts);
  state.second_moments = picked(whole.second_moments, parts);
  state.compensation = picked(whole.compensation, whole.compensation.empty() ? std::vector<Range>{} : parts);
  state.parts = std::move(parts);
  return state;
}

/// A checkpoint as ranks with these shares write it together.
void write_job(const std::filesystem::path& folder, const TrainingState& whole, const std::vector<double>& shares) {
  std::filesystem::create_directories(folder);
  write_checkpoint(folder, {tiny(), whole.view(), io::Json::object(), {}});
  std::filesystem::remove(folder / "optimizer.safetensors");
  for (std::size_t rank = 0; rank < shares.size(); ++rank) {
    const TrainingState mine = of_rank(whole, parts_of(shares, rank));
    write_moments_of(folder, model::parameter_table(tiny()), moments_of(mine.view()), static_cast<std::int64_t>(rank),
                     static_cast<std::int64_t>(shares.size()));
  }
  write_manifest(folder);
}

const std::vector<std::vector<double>> kJobs{{1}, {1, 1}, {3, 0, 1}, {1, 1, 1, 1}, {0, 0, 1, 2}};

}  // namespace

TEST_CASE("what any job has written, any other reads: each rank its parts, or one process all of it") {
  const test_support::ScratchFolder scratch;
  for (const bool compensated : {false, true}) {
    const TrainingState whole = whole_state(compensated);
    for (std::size_t writers = 0; writers < kJobs.size(); ++writers) {
      const std::filesystem::path folder = scratch.path() / (std::to_string(writers) + (compensated ? "k" : ""));
      write_job(folder, whole, kJobs[writers]);
      CHECK_NOTHROW(verify_files(folder));
      const TrainingState all = read_checkpoint(folder).state;
      CHECK(all.weights == whole.weights);
      CHECK(all.first_moments == whole.first_moments);
      CHECK(all.second_moments == whole.second_moments);
      CHECK(all.compensation == whole.compensation);
      for (const std::vector<double>& readers : kJobs)
        for (std::size_t rank = 0; rank < readers.size(); ++rank) {
          INFO(kJobs[writers].size() << " ranks wrote, rank " << rank << " of " << readers.size() << " reads");
          const TrainingState expected = of_rank(whole, parts_of(readers, rank));
          CheckedFolder checked(folder, CheckedFolder::Part::all);
          const TrainingState found = read_rank_state(checked, tiny(), {3}, expected.parts);
          CHECK(found.step == 3);
          CHECK(found.weights == whole.weights);
          CHECK(found.parts == expected.parts);
          CHECK(found.first_moments == expected.first_moments);
          CHECK(found.second_moments == expected.second_moments);
          CHECK(found.compensation == expected.compensation);
        }
    }
  }
}

TEST_CASE("a rank compares the files that it reads, and all ranks together compare every file") {
  const test_support::ScratchFolder scratch;
  const std::vector<double> shares{1, 2, 1};
  write_job(scratch.path(), whole_state(false), shares);
  const std::string damaged = moment_file(1, 3);
  CHECK(damaged == "optimizer-00002-of-00003.safetensors");
  {
    std::fstream bytes(scratch.path() / damaged, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(-3, std::ios::end).put('\x7f');
  }
  const auto read = [&](const std::vector<double>& job, std::size_t rank) {
    CheckedFolder checked(scratch.path(), CheckedFolder::Part::all);
    return read_rank_state(checked, tiny(), {}, parts_of(job, rank));
  };
  CHECK_NOTHROW(read(shares, 0));
  CHECK_THROWS_WITH(read(shares, 1), Contains(damaged + ": its bytes differ"));
  CHECK_NOTHROW(read(shares, 2));
  for (const std::size_t rank : {0u, 1u}) CHECK_THROWS_WITH(read({1, 1}, rank), Contains(damaged + ": its bytes differ"));
  CHECK_THROWS_WITH(read_checkpoint(scratch.path()), Contains(damaged + ": its bytes differ"));
}

TEST_CASE("parts that are missing, or twice there, are told of by name") {
  const test_support::ScratchFolder scratch;
  const std::filesystem::path& folder = scratch.path();
  const std::vector<model::Parameter> table = model::parameter_table(tiny());
  write_job(folder, whole_state(false), {1, 1});
  const std::vector<Range> all{{0, model::flat_size(table)}}, mine = parts_of({1, 1}, 0);
  const std::string first = moment_file(0, 2), second = moment_file(1, 2);
  CHECK_THROWS_WITH(read_moments(folder, {first}, table, all), Contains("of the tensor exp_avg.transformer.wte.weight there are"));
  CHECK_NOTHROW(read_moments(folder, {first}, table, mine));
  CHECK(read_moments(folder, {first, second}, table, mine).unread == std::vector<std::string>{second});
  CHECK_THROWS_WITH(read_moments(folder, {second}, table, mine), Contains("there are 0 of "));
  CHECK_THROWS_WITH(read_moments(folder, {first, first}, table, mine), Contains("overlaps another part of the same tensor"));
}

TEST_CASE("moments of whole tensors have the names and shapes of these") {
  const test_support::ScratchFolder scratch;
  const std::vector<model::Parameter> table = model::parameter_table(tiny());
  const TrainingState whole = whole_state(false);
  write_moments_of(scratch.path(), table, moments_of(whole.view()), 0, 1);
  const io::Safetensors file = io::Safetensors::open((scratch.path() / "optimizer.safetensors").string());
  CHECK(file.tensors().size() == 2 * table.size());
  for (const model::Parameter& one : table)
    for (const char* prefix : {"exp_avg.", "exp_avg_sq."}) CHECK(file.at(prefix + one.name).info.shape == one.shape);
}
