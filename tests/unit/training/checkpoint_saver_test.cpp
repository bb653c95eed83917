// Checkpoints that are written while training goes on.
#include "libcore/training/checkpoint_saver.h"

#include <fstream>
#include <thread>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
namespace fs = std::filesystem;

namespace {

void sleep_ms(int time) {
  std::this_thread::sleep_for(std::chrono::milliseconds(time));
}

/// Prepares for a while, copies after another, and writes what it copied after a third.
CheckpointSaver::Prepare takes(const int& value, int copy_ms = 0, int write_ms = 0, int prepare_ms = 0) {
  return [=, &value]() -> CheckpointSaver::Take {
    sleep_ms(prepare_ms);
    return [=, &value] {
      sleep_ms(copy_ms);
      return [=, copy = value](const fs::path& folder) {
        sleep_ms(write_ms);
        std::ofstream(folder / "value") << copy;
      };
    };
  };
}

/// Fails where it copies.
CheckpointSaver::Write no_memory() {
  throw Error(ExitStatus::resources, "no memory");
}

std::string value_in(const fs::path& version) {
  std::string text;
  std::ifstream(version / "value") >> text;
  return text;
}

/// A run's folder, and what saves versions into it.
struct SavedRun {
  SavedRun() { run.begin(); }
  test_support::ScratchFolder scratch;
  RunDirectory run{scratch.path(), false};
  CheckpointSaver saver{run, 2};
};

}  // namespace

TEST_CASE("what is saved is the state at the beginning, whatever happens to it meanwhile") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  int value = 1;
  for (std::int64_t step = 1; step <= 4; ++step) {
    value = static_cast<int>(step);
    saver.begin(step, takes(value, 20, 20));
    CHECK(saver.busy());
    saver.wait_until_taken();
    value = 99;
    const auto saved = saver.wait(true);
    REQUIRE(saved);
    CHECK(saved->step == step);
    CHECK(saved->write_s >= 0.04);
    CHECK(saved->stall_s >= 0.02);
    CHECK(*run.latest() == run.path() / version_name(step));
    CHECK(value_in(*run.latest()) == std::to_string(step));
  }
  CHECK_FALSE(fs::exists(run.path() / version_name(2)));
  CHECK_FALSE(saver.wait(true));
}

TEST_CASE("training stands still for what is prepared") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  const int value = 1;
  saver.begin(1, takes(value, 0, 0, 50));
  const auto saved = saver.wait(false);
  REQUIRE(saved);
  CHECK(saved->stall_s >= 0.05);
  CHECK(saved->write_s >= saved->stall_s);
}

TEST_CASE("a poll does not wait") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  const int value = 7;
  saver.begin(1, takes(value, 0, 300));
  CHECK_FALSE(saver.poll());
  CHECK_FALSE(run.latest());
  while (!saver.poll()) sleep_ms(5);
  CHECK(value_in(*run.latest()) == "7");
}

TEST_CASE("a save that fails leaves the run as it was, and says why") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  const int value = 1;
  saver.begin(1, takes(value));
  saver.wait(true);
  const auto full = [](const fs::path&) {
    throw Error(ExitStatus::io, "the disk is full", "delete something", "there");
  };
  saver.begin(2, [&] { return [&] { return full; }; });
  try {
    saver.wait(true);
    FAIL("nothing was thrown");
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::io);
    CHECK(std::string(failure.what()) == "there: the disk is full (delete something)");
  }
  saver.begin(3, [] { return no_memory; });
  saver.wait_until_taken();
  CHECK_THROWS_WITH(saver.wait(true), Catch::Matchers::Contains("no memory"));
  CHECK_FALSE(saver.busy());
  CHECK_THROWS_WITH(saver.begin(4, []() -> CheckpointSaver::Take { return (no_memory(), nullptr); }),
                    Catch::Matchers::Contains("no memory"));
  CHECK(saver.step() == 4);
  CHECK_FALSE(saver.busy());
  CHECK(*run.latest() == run.path() / version_name(1));
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 3);  // the version, latest, lock
}

TEST_CASE("a saver that is left early takes its draft with it") {
  const test_support::ScratchFolder scratch;
  RunDirectory run(scratch.path(), false);
  run.begin();
  {
    CheckpointSaver saver(run, 2);
    const int value = 1;
    saver.begin(1, takes(value, 10, 50));
  }
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 1);  // the lock
}
