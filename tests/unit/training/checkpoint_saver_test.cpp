// Checkpoints that are written while training goes on.
#include "libcore/training/checkpoint_saver.h"

#include <fstream>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/training/moments.h"
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

void begin(CheckpointSaver& saver, std::int64_t step, const CheckpointSaver::Prepare& prepare) {
  saver.open(step);
  saver.begin(prepare);
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
    begin(saver, step, takes(value, 20, 20));
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
  begin(saver, 1, takes(value, 0, 0, 50));
  const auto saved = saver.wait(false);
  REQUIRE(saved);
  CHECK(saved->stall_s >= 0.05);
  CHECK(saved->write_s >= saved->stall_s);
}

TEST_CASE("a poll does not wait") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  const int value = 7;
  begin(saver, 1, takes(value, 0, 300));
  CHECK_FALSE(saver.poll());
  CHECK_FALSE(run.latest());
  while (!saver.poll()) sleep_ms(5);
  CHECK(value_in(*run.latest()) == "7");
}

TEST_CASE("a save that fails leaves the run as it was, and says why") {
  SavedRun one;
  auto& [scratch, run, saver] = one;
  const int value = 1;
  begin(saver, 1, takes(value));
  saver.wait(true);
  const auto full = [](const fs::path&) {
    throw Error(ExitStatus::io, "the disk is full", "delete something", "there");
  };
  begin(saver, 2, [&] { return [&] { return full; }; });
  try {
    saver.wait(true);
    FAIL("nothing was thrown");
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::io);
    CHECK(std::string(failure.what()) == "there: the disk is full (delete something)");
  }
  begin(saver, 3, [] { return no_memory; });
  saver.wait_until_taken();
  CHECK_THROWS_WITH(saver.wait(true), Catch::Matchers::Contains("no memory"));
  CHECK_FALSE(saver.busy());
  CHECK_THROWS_WITH(begin(saver, 4, []() -> CheckpointSaver::Take { return (no_memory(), nullptr); }),
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
    begin(saver, 1, takes(value, 10, 50));
  }
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 1);  // the lock
}

TEST_CASE("ranks save a version together, and the one that keeps the folder waits for the others") {
  const test_support::ScratchFolder scratch;
  RunDirectory folder(scratch.path(), false), other(scratch.path(), false, RunDirectory::Role::member);
  folder.begin();
  const std::atomic<bool> hurried = false;
  double patience_s = 60;
  CheckpointSaver keeper(folder, 2, {0, 2}), member(other, 2, {1, 2});
  const auto taken = [](const CheckpointSaver::Write& write) { return [write] { return [write] { return write; }; }; };
  const auto keeps = taken([&](const fs::path& draft) {
    std::ofstream(draft / moment_file(0, 2)) << "0";
    await_parts(draft, 2, {patience_s, &hurried});
  });
  const auto writes = [](const fs::path& draft) { std::ofstream(draft / moment_file(1, 2)) << "1"; };

  keeper.open(1);
  member.open(1);
  keeper.begin(keeps);
  sleep_ms(30);
  CHECK_FALSE(keeper.poll());
  member.begin(taken(writes));
  CHECK(member.wait(false)->step == 1);
  REQUIRE(keeper.wait(false));
  CHECK(*folder.latest() == folder.path() / version_name(1));
  CHECK(fs::exists(*folder.latest() / moment_file(1, 2)));

  // One that fails while it writes or before says why, and one that says nothing is not waited for without end.
  const auto full = [](const fs::path&) { throw Error(ExitStatus::io, "the disk is full"); };
  const auto what_the_keeper_says = [&](std::int64_t step, const std::function<void()>& members) {
    keeper.open(step);
    member.open(step);
    keeper.begin(keeps);
    members();
    try {
      keeper.wait(false);
    } catch (const Error& failure) {
      return std::string(failure.what());
    }
    return std::string();
  };
  CHECK(what_the_keeper_says(2, [&] {
          member.begin(taken(full));
          CHECK_THROWS_AS(member.wait(false), Error);
        }) == "rank 1: the disk is full");
  const CheckpointSaver::Prepare fails = []() -> CheckpointSaver::Take { return (no_memory(), nullptr); };
  CHECK(what_the_keeper_says(3, [&] { CHECK_THROWS_AS(member.begin(fails), Error); }) == "rank 1: no memory");
  patience_s = 0.05;
  CHECK_THAT(what_the_keeper_says(4, [] {}), Catch::Matchers::Contains("the file of rank 1 has not come"));
  CHECK(*folder.latest() == folder.path() / version_name(1));
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator{}) == 3);  // the version, latest, lock
}

TEST_CASE("whoever knows that the job has failed does not wait long") {
  const test_support::ScratchFolder scratch;
  const std::atomic<bool> hurried = true;
  const auto began = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(await_parts(scratch.path(), 2, {600, &hurried}), Error);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(60));
}
