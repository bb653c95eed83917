// The folder of a run: versions, the latest of them, the lock.
#include "libcore/training/run_directory.h"

#include <fstream>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::training;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

void save(RunDirectory& run, std::int64_t step, std::int64_t keep) {
  run.save(step, keep, [&](const fs::path& version) { put(version / "model", std::to_string(step)); });
}

/// A run that nothing refused.
struct Begun : RunDirectory {
  Begun(const fs::path& directory, bool resume) : RunDirectory(directory, resume) { begin(); }
};

ExitStatus status_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& failure) {
    return failure.status();
  }
  return ExitStatus::done;
}

}  // namespace

TEST_CASE("names of versions have one spelling") {
  CHECK(version_name(100) == "step-00000100");
  CHECK(version_step("step-00000100") == 100);
  CHECK(version_step(version_name(123456789012)) == 123456789012);
  for (const char* other : {"step-100", "step-", "step-00000100.tmp", "step-+0000100", "step-0000010x", "../step-00000100",
                            "Step-00000100", ""})
    CHECK_FALSE(version_step(other));
}

TEST_CASE("the latest version is complete, and as many stay as are to be kept") {
  const test_support::ScratchFolder scratch;
  Begun run(scratch.path() / "deep" / "run", false);
  CHECK_FALSE(run.latest());
  for (std::int64_t step = 10; step <= 50; step += 10) {
    save(run, step, 2);
    CHECK(*run.latest() == run.path() / version_name(step));
    CHECK(fs::exists(*run.latest() / "model"));
  }
  CHECK_FALSE(fs::exists(run.path() / version_name(30)));
  CHECK(fs::exists(run.path() / version_name(40)));
  CHECK(model_directory(run.path()) == run.path() / version_name(50));
  save(run, 60, 0);
  CHECK(fs::exists(run.path() / version_name(40)));
}

TEST_CASE("a version that cannot be written leaves the run as it was") {
  const test_support::ScratchFolder scratch;
  Begun run(scratch.path(), false);
  save(run, 1, 3);
  CHECK_THROWS_AS(run.save(2, 1, [](const fs::path&) { throw data_error("x", "y"); }), Error);
  CHECK(*run.latest() == run.path() / version_name(1));
  CHECK(std::distance(fs::directory_iterator(run.path()), fs::directory_iterator{}) == 3);  // the version, latest, lock
}

TEST_CASE("a run is locked, is not overwritten, and is freed at the end") {
  const test_support::ScratchFolder scratch;
  {
    Begun run(scratch.path(), false);
    CHECK(status_of([&] { RunDirectory(scratch.path(), true); }) == ExitStatus::try_again);
    save(run, 1, 3);
  }
  CHECK(status_of([&] { RunDirectory(scratch.path(), false); }) == ExitStatus::cannot_create);
  CHECK(status_of([&] { RunDirectory(scratch.path(), true); }) == ExitStatus::done);
  put(scratch.path() / "file", "");
  CHECK(status_of([&] { RunDirectory(scratch.path() / "file" / "run", true); }) == ExitStatus::cannot_create);
  CHECK(status_of([&] { RunDirectory(scratch.path() / "file", true); }) == ExitStatus::cannot_create);
}

TEST_CASE("a member of a run writes into the keeper's drafts and does nothing else") {
  const test_support::ScratchFolder scratch;
  RunDirectory member(scratch.path() / "run", false, RunDirectory::Role::member);
  member.begin();
  CHECK(fs::is_empty(scratch.path()));
  Begun keeper(scratch.path() / "run", false);
  CHECK(member.draft(7) == nullptr);
  const std::unique_ptr<io::DraftFolder> draft = keeper.draft(7);
  CHECK(member.draft_path(7) == draft->path());
  put(member.draft_path(7) / "model", "7");
  RunDirectory(scratch.path() / "run", false, RunDirectory::Role::member).begin();  // removes no draft
  keeper.place(*draft, 7, 1);
  CHECK(*member.latest() == *keeper.latest());
  CHECK(fs::exists(*keeper.latest() / "model"));
}

TEST_CASE("looking leaves no trace") {
  const test_support::ScratchFolder scratch;
  RunDirectory(scratch.path() / "deep" / "run", false);
  CHECK(fs::is_empty(scratch.path()));
  put(scratch.path() / "file", "");
  CHECK(status_of([&] { RunDirectory(scratch.path() / "file" / "run", false); }) == ExitStatus::cannot_create);
  CHECK(std::distance(fs::directory_iterator(scratch.path()), fs::directory_iterator{}) == 1);
}

TEST_CASE("of two runs that look at the same empty folder one begins") {
  const test_support::ScratchFolder scratch;
  RunDirectory slow(scratch.path() / "run", false);
  {
    Begun fast(scratch.path() / "run", false);
    CHECK(status_of([&] { slow.begin(); }) == ExitStatus::try_again);
    save(fast, 1, 3);
  }
  RunDirectory late(scratch.path() / "run", true);
  CHECK(late.latest());
  CHECK(status_of([&] { slow.begin(); }) == ExitStatus::try_again);  // the lock is taken
}

TEST_CASE("a run that another one has preceded meanwhile does not begin") {
  const test_support::ScratchFolder scratch;
  RunDirectory slow(scratch.path() / "run", true);
  {
    Begun fast(scratch.path() / "run", true);
    save(fast, 1, 3);
  }
  CHECK(status_of([&] { slow.begin(); }) == ExitStatus::try_again);
}

TEST_CASE("what a killed process left half-written disappears, and a version that latest does not name is replaced") {
  const test_support::ScratchFolder scratch;
  {
    Begun run(scratch.path(), false);
    save(run, 1, 3);
  }
  fs::create_directories(scratch.path() / "step-00000002.new.tmp");
  put(scratch.path() / "step-00000002.new.tmp" / "model", "half");
  fs::create_directories(scratch.path() / version_name(3));
  put(scratch.path() / version_name(3) / "old", "unfinished");
  Begun run(scratch.path(), true);
  CHECK_FALSE(fs::exists(scratch.path() / "step-00000002.new.tmp"));
  CHECK(*run.latest() == run.path() / version_name(1));
  save(run, 3, 3);
  CHECK_FALSE(fs::exists(run.path() / version_name(3) / "old"));
  CHECK(fs::exists(run.path() / version_name(3) / "model"));
}

TEST_CASE("a file latest that names something else is an error") {
  const test_support::ScratchFolder scratch;
  put(scratch.path() / "latest", "../elsewhere\n");
  CHECK_THROWS_WITH(latest_version(scratch.path()), Catch::Matchers::Contains("latest"));
  put(scratch.path() / "latest", "step-00000009\n");
  CHECK_THROWS_WITH(latest_version(scratch.path()), Catch::Matchers::Contains("not there"));
}
