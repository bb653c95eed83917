// Inputs that are still on their way, and what ends the wait for them.
#include "libcore/io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/io/line_stream.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace std::chrono_literals;
using test_support::ScratchFolder;

namespace {

std::string fifo_in(const ScratchFolder& folder) {
  const std::string path = (folder.path() / "pipe").string();
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  return path;
}

/// What `wait` throws when it is asked to stop after it began; its signal, or 0.
template <class Wait>
int stopped(const Wait& wait) {
  StopToken stop;
  std::thread later([&] {
    std::this_thread::sleep_for(50ms);
    stop.request(SIGTERM);
  });
  int signal = 0;
  try {
    wait(stop);
  } catch (const Interrupted& interrupted) {
    signal = interrupted.signal;
  }
  later.join();
  return signal;
}

}  // namespace

TEST_CASE("a pipe that nobody writes, and one whose writer pauses, are left when asked to stop") {
  const ScratchFolder folder;
  const std::string path = fifo_in(folder);
  const auto copy = [&](const StopToken& stop) { io::InputFile(path, &stop); };
  const auto line = [&](const StopToken& stop) { io::LineStream(path, stop).next(); };
  CHECK(stopped(copy) == SIGTERM);
  CHECK(stopped(line) == SIGTERM);
  const int writer = open(path.c_str(), O_RDWR);
  REQUIRE(write(writer, "begun", 5) == 5);
  CHECK(stopped(copy) == SIGTERM);
  REQUIRE(write(writer, "begun", 5) == 5);
  CHECK(stopped(line) == SIGTERM);
  close(writer);
}

TEST_CASE("a pipe is copied whole, however its writer pauses") {
  const ScratchFolder folder;
  const std::string path = fifo_in(folder);
  std::thread writer([&] {
    std::this_thread::sleep_for(20ms);
    const int end = open(path.c_str(), O_WRONLY);
    for (const char* part : {"one,", "two,", "three"}) {
      if (write(end, part, std::char_traits<char>::length(part)) < 0) break;
      std::this_thread::sleep_for(20ms);
    }
    close(end);
  });
  const StopToken stop;
  const io::InputFile file(path, &stop);
  writer.join();
  CHECK(file.text_at(0, file.size()) == "one,two,three");
}

TEST_CASE("reads of a file end when asked to, parts of it too") {
  const ScratchFolder folder;
  StopToken stop;
  const auto file = std::make_shared<const io::InputFile>(folder.file("text", "0123456789"), &stop);
  const io::InputFile part("part", file, 2, 3);
  CHECK(part.text_at(0, 3) == "234");
  stop.request(SIGINT);
  std::array<std::byte, 4> bytes;
  CHECK_THROWS_AS(file->read_some(0, bytes), Interrupted);
  CHECK_THROWS_AS(part.text_at(0, 3), Interrupted);
}

TEST_CASE("a device without an end is refused, the empty one is empty") {
  CHECK_THROWS_WITH(io::InputFile("/dev/zero"), Catch::Contains("/dev/zero: is a device"));
  CHECK(io::InputFile("/dev/null").size() == 0);
}
