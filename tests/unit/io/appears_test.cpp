// Waiting for names in a folder.
#include "libcore/io/appears.h"

#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
namespace fs = std::filesystem;

namespace {

bool never() { return false; }
bool at_once() { return true; }
bool is_wanted(const std::string& name) { return name == "wanted"; }

}  // namespace

TEST_CASE("a name is found in a folder that comes later still") {
  const test_support::ScratchFolder scratch;
  const fs::path folder = scratch.path() / "folder";
  auto maker = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    fs::create_directory(folder);
    std::ofstream(folder / "other");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    std::ofstream(folder / "wanted");
  });
  CHECK(io::appears(folder, is_wanted, never));
  maker.get();
  CHECK(io::appears(folder / "", is_wanted, at_once));
}

TEST_CASE("whoever has waited long enough looks once more") {
  const test_support::ScratchFolder scratch;
  CHECK_FALSE(io::appears(scratch.path(), is_wanted, at_once));
  CHECK_FALSE(io::appears("no-such-folder", is_wanted, at_once));
  CHECK(io::appears(scratch.path(), is_wanted, [&] {
    std::ofstream(scratch.path() / "wanted");
    return true;
  }));
}

TEST_CASE("what a look throws ends the waiting") {
  const test_support::ScratchFolder scratch;
  std::ofstream(scratch.path() / "wanted");
  const auto throws = [](const std::string&) -> bool { throw Error(ExitStatus::io, "enough"); };
  CHECK_THROWS_AS(io::appears(scratch.path(), throws, never), Error);
}
