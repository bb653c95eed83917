// Checkpoints that are written while training goes on.
#include "libcore/training/checkpoint_saver.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;
namespace fs = std::filesystem;

namespace {

class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "daybreak-saver-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Scratch() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

CheckpointSaver::Write writes(const int& value, int delay_ms = 0) {
  return [&value, delay_ms](const fs::path& folder) {
    std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    std::ofstream(folder / "value") << value;
  };
}

std::string value_in(const fs::path& version) {
  std::string text;
  std::ifstream(version / "value") >> text;
  return text;
}

}  // namespace

TEST_CASE("what is saved is the state at the beginning, whatever happens to it meanwhile") {
  const Scratch scratch;
  RunDirectory run(scratch.path(), false);
  run.begin();
  CheckpointSaver saver(run, 2);
  int value = 1;
  for (std::int64_t step = 1; step <= 4; ++step) {
    value = static_cast<int>(step);
    saver.begin(step, writes(value, 20));
    CHECK(saver.busy());
    value = 99;
    const auto saved = saver.wait();
    REQUIRE(saved);
    CHECK(saved->step == step);
    CHECK(saved->write_s >= 0.02);
    CHECK(*run.latest() == run.path() / version_name(step));
    CHECK(value_in(*run.latest()) == std::to_string(step));
  }
  CHECK_FALSE(fs::exists(run.path() / version_name(2)));
  CHECK_FALSE(saver.wait());
}

TEST_CASE("a poll does not wait") {
  const Scratch scratch;
  RunDirectory run(scratch.path(), false);
  run.begin();
  CheckpointSaver saver(run, 2);
  const int value = 7;
  saver.begin(1, writes(value, 300));
  CHECK_FALSE(saver.poll());
  CHECK_FALSE(run.latest());
  while (!saver.poll()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(value_in(*run.latest()) == "7");
}

TEST_CASE("a save that fails leaves the run as it was, and says why") {
  const Scratch scratch;
  RunDirectory run(scratch.path(), false);
  run.begin();
  CheckpointSaver saver(run, 2);
  const int value = 1;
  saver.begin(1, writes(value));
  saver.wait();
  saver.begin(2, [](const fs::path&) { throw Error(ExitStatus::io, "the disk is full", "delete something", "there"); });
  try {
    saver.wait();
    FAIL("nothing was thrown");
  } catch (const Error& failure) {
    CHECK(failure.status() == ExitStatus::io);
    CHECK(std::string(failure.what()) == "there: the disk is full (delete something)");
  }
  saver.begin(3, [](const fs::path&) { kill(getpid(), SIGKILL); });
  CHECK_THROWS_WITH(saver.wait(), Catch::Matchers::Contains("signal 9"));
  CHECK_FALSE(saver.busy());
  CHECK(*run.latest() == run.path() / version_name(1));
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 3);  // the version, latest, lock
}

TEST_CASE("a saver that is left early takes its child and its draft with it") {
  const Scratch scratch;
  RunDirectory run(scratch.path(), false);
  run.begin();
  {
    CheckpointSaver saver(run, 2);
    const int value = 1;
    saver.begin(1, writes(value, 60000));
  }
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 1);  // the lock
}
