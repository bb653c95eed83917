// Drafts of files and folders: what a process that was killed left behind never becomes a part of what is written next.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/io/atomic_file.h"
#include "libcore/io/atomic_folder.h"
#include "libcore/io/draft_name.h"
#include "tests/unit/io/support.h"

using namespace daybreak;
using namespace daybreak::io;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

/// What a process that is gone called its draft.
std::string draft_of_the_dead(const std::string& target) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  return "." + target + "." + std::to_string(child) + ".daybreak-tmp";
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a draft begins empty, whatever stands in its place") {
  const test::ScratchFolder scratch;
  scratch.file("draft/inner/old", "of a process that was killed");
  {
    const DraftFolder draft(scratch.path() / "draft");
    CHECK(fs::is_empty(draft.path()));
  }
  CHECK(names_in(scratch.path()).empty());
  scratch.file("file", "");
  CHECK_THROWS_AS(DraftFolder(scratch.path() / "file" / "draft"), Error);
}

TEST_CASE("a folder is written whole, without drafts that others left") {
  const test::ScratchFolder scratch;
  const fs::path target = scratch.path() / "out";
  scratch.file(draft_name(target).filename().string() + "/old", "of a process of the same number");
  scratch.file(draft_of_the_dead("out") + "/inner/old", "of a process that is gone");
  // These stay: of a process that is there, of another target, of no process.
  const Names others{".out.1.daybreak-tmp", draft_of_the_dead("other"), ".out.0x1.daybreak-tmp"};
  for (const std::string& name : others) scratch.file(name + "/kept", "");
  write_folder(target, [](const fs::path& folder) { write_file(folder / "new", "whole"); });
  CHECK(names_in(target) == Names{"new"});
  CHECK(test::file_bytes(target / "new") == "whole");
  Names left{"out"};
  left.insert(left.end(), others.begin(), others.end());
  std::sort(left.begin(), left.end());
  CHECK(names_in(scratch.path()) == left);
}

TEST_CASE("a folder that cannot be written leaves all as it was") {
  const test::ScratchFolder scratch;
  scratch.file("full/old", "kept");
  const auto fails = [](const fs::path& folder) {
    write_file(folder / "new", "half");
    throw usage_error("no", "");
  };
  CHECK_THROWS_AS(write_folder(scratch.path() / "out", fails), Error);
  CHECK_THROWS_AS(write_folder(scratch.path() / "full", [](const fs::path&) {}), Error);
  CHECK(names_in(scratch.path()) == Names{"full"});
  CHECK(names_in(scratch.path() / "full") == Names{"old"});
}

TEST_CASE("a file replaces the drafts of processes that are gone") {
  const test::ScratchFolder scratch;
  scratch.file(draft_of_the_dead("out"), "half");
  scratch.file(".out.1.daybreak-tmp", "of a process that is there");
  write_file(scratch.path() / "out", "whole");
  CHECK(names_in(scratch.path()) == Names{".out.1.daybreak-tmp", "out"});
}
