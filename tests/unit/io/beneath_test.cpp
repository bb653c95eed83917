// Files that another file names: beneath its folder, through no symbolic link, or not at all.
#include "libcore/io/beneath.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

ExitStatus status_of(const Folder& folder, const std::string& path) {
  try {
    close(folder.open_beneath(path, path));
    return ExitStatus::done;
  } catch (const Error& error) {
    return error.status();
  }
}

TEST_CASE("paths beneath a folder", "[io]") {
  for (const char* path : {"a", "a.h5", "a/b/c.h5", "..a/b..", "a b/%.h5", ".hidden"}) CHECK(is_path_beneath(path));
  for (const char* path : {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "./a", "a/./b", "a\tb", "a\\b"})
    CHECK_FALSE(is_path_beneath(path));
  CHECK(is_path_beneath(std::string(1024, 'a')));
  CHECK_FALSE(is_path_beneath(std::string(1025, 'a')));
}

TEST_CASE("files are opened beneath the real folder, through no link", "[io]") {
  const test_support::ScratchFolder scratch;
  const fs::path in = scratch.path() / "in", out = scratch.path() / "out";
  fs::create_directories(in / "sub");
  fs::create_directories(out);
  for (const fs::path& file : {in / "whole", in / "sub/part", out / "secret"}) std::ofstream(file) << "x";
  fs::create_symlink("../out/secret", in / "link");
  fs::create_symlink("sub/part", in / "near");
  fs::create_directory_symlink("../out", in / "folder");
  fs::create_symlink("../in/whole", out / "whole");
  REQUIRE(mkfifo((in / "pipe").c_str(), 0600) == 0);
  // The file itself may be reached through a link: its folder is where it lies.
  for (const fs::path& whole : {in / "whole", out / "whole"}) {
    const Folder folder(whole.string());
    CHECK(status_of(folder, "sub/part") == ExitStatus::done);
    CHECK(folder.name_of("sub/part", whole.string()) == (in / "sub/part").string());
    CHECK(status_of(folder, "absent") == ExitStatus::no_input);
    CHECK(status_of(folder, "absent/part") == ExitStatus::no_input);
    for (const char* path : {"link", "near", "folder/secret", "sub", "pipe", "whole/part", "../out/secret", "/etc/passwd"})
      CHECK(status_of(folder, path) == ExitStatus::data);
  }
  CHECK_THROWS_AS(Folder((in / "absent").string()), Error);
}

}  // namespace
}  // namespace daybreak::io
