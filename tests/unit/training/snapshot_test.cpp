// Runs that are killed soon after they have been asked to stop.
#include "libcore/training/snapshot.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <new>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/child_save.h"
#include "libcore/training/run_directory.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
namespace fs = std::filesystem;

namespace {

void sleep_ms(int time) {
  std::this_thread::sleep_for(std::chrono::milliseconds(time));
}

template <typename Condition>
bool becomes_true(const Condition& condition) {
  for (int look = 0; look < 3000; ++look, sleep_ms(10))
    if (condition()) return true;
  return false;
}

std::string value_in(const fs::path& version) {
  std::string text;
  std::ifstream(version / "value") >> text;
  return text;
}

/// What the process that is killed and the test share.
struct Signs {
  std::atomic<int> forked = 0, go_on = 0;
};
struct SharedSigns {
  SharedSigns() {
    void* memory = mmap(nullptr, sizeof(Signs), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    signs = new (memory) Signs;
  }
  ~SharedSigns() { munmap(signs, sizeof(Signs)); }
  Signs* signs;
};

struct BegunFolder : RunDirectory {
  explicit BegunFolder(const fs::path& path) : RunDirectory(path, true) { begin(); }
};

/// A run whose state is one number, which is also its step. A child writes it once it may.
struct SmallRun {
  explicit SmallRun(const fs::path& path, Signs* shared = nullptr) : folder(path), signs(shared) {}

  Snapshot::Save saver() {
    return [this](const std::function<void()>& in_turn) {
      if (signs) {
        signs->forked = 1;
        while (signs->go_on == 0) sleep_ms(1);
      }
      save_as_child(folder, value, 2, {}, [&](const fs::path& draft) { write(draft); }, in_turn);
    };
  }
  /// As a run that is not killed does at its end.
  void save() {
    const auto draft = folder.draft(value);
    write(draft->path());
    folder.place(*draft, value, 2);
  }
  void write(const fs::path& draft) const {
    if (refused) throw Error(ExitStatus::io, "no space");
    std::ofstream(draft / "value") << value;
  }

  std::int64_t value = 0;
  bool refused = false;
  BegunFolder folder;
  Signs* signs;
  StopToken stop;
  Snapshot snapshot{stop, {[this] { return value; }, [this] { return saver(); }, folder.lock_descriptor()}};
};

}  // namespace

TEST_CASE("what is saved is the state at the time of the signal, not a state half changed") {
  const test_support::ScratchFolder scratch;
  SmallRun run(scratch.path());
  run.value = 1;
  run.snapshot.pause();
  run.stop.request(SIGTERM);
  run.value = -5;
  sleep_ms(100);
  CHECK_FALSE(run.snapshot.begun());
  run.value = 2;
  run.snapshot.resume();
  REQUIRE(becomes_true([&] { return run.snapshot.begun(); }));
  run.value = 3;
  CHECK(run.snapshot.settle() == 2);
  CHECK(*run.folder.latest() == scratch.path() / version_name(2));
  CHECK(value_in(*run.folder.latest()) == "2");

  run.snapshot.begin();
  run.snapshot.begin();  // it has one already
  CHECK(run.snapshot.settle() == 3);
  CHECK(value_in(*run.folder.latest()) == "3");
}

TEST_CASE("without a signal nothing is saved") {
  const test_support::ScratchFolder scratch;
  {
    SmallRun run(scratch.path());
    sleep_ms(50);
    CHECK_FALSE(run.snapshot.begun());
  }
  CHECK_FALSE(latest_version(scratch.path()));
}

TEST_CASE("a child that fails leaves nothing, and the state is saved another way") {
  const test_support::ScratchFolder scratch;
  SmallRun run(scratch.path());
  run.value = 4;
  run.refused = true;
  run.snapshot.begin();
  CHECK_FALSE(run.snapshot.settle());
  CHECK(versions_in(scratch.path()).empty());
  CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 1);  // the lock
  run.refused = false;
  run.save();
  CHECK(value_in(*run.folder.latest()) == "4");
}

TEST_CASE("a later state is not replaced by the earlier one of a child that is late") {
  const test_support::ScratchFolder scratch;
  const SharedSigns shared;
  SmallRun run(scratch.path(), shared.signs);
  run.value = 1;
  run.stop.request(SIGTERM);
  REQUIRE(becomes_true([&] { return shared.signs->forked == 1; }));
  run.value = 2;
  run.save();
  shared.signs->go_on = 1;
  run.snapshot.settle();
  CHECK(value_in(*run.folder.latest()) == "2");
}

TEST_CASE("of two children the later one's state stays, and it waits for the earlier one") {
  const test_support::ScratchFolder scratch;
  const SharedSigns shared;
  SmallRun run(scratch.path(), shared.signs);
  run.value = 1;
  run.snapshot.begin();
  run.signs = nullptr;  // the second one need not be told to go on
  run.value = 2;
  run.snapshot.begin();
  sleep_ms(100);
  CHECK(versions_in(scratch.path()).empty());
  shared.signs->go_on = 1;
  CHECK(run.snapshot.settle() == 2);
  CHECK(versions_in(scratch.path()) == std::vector<std::int64_t>{1, 2});
  CHECK(value_in(*run.folder.latest()) == "2");
}

TEST_CASE("the process and its group are killed, and its state is saved; until then the folder is locked") {
  const test_support::ScratchFolder scratch;
  const SharedSigns shared;
  const pid_t process = fork();
  if (process == 0) {
    setpgid(0, 0);
    SmallRun run(scratch.path(), shared.signs);
    run.value = 7;
    run.stop.request(SIGTERM);
    pause();
    _exit(0);
  }
  REQUIRE(becomes_true([&] { return shared.signs->forked == 1; }));
  kill(-process, SIGKILL);
  waitpid(process, nullptr, 0);
  CHECK_THROWS_WITH(RunDirectory(scratch.path(), true), Catch::Contains("another process"));
  CHECK_FALSE(latest_version(scratch.path()));
  shared.signs->go_on = 1;
  REQUIRE(becomes_true([&] { return latest_version(scratch.path()).has_value(); }));
  CHECK(value_in(*latest_version(scratch.path())) == "7");
  const auto unlocked = [&] {
    try {
      RunDirectory(scratch.path(), true);
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  CHECK(becomes_true(unlocked));
}
