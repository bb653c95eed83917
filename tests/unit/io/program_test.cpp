#include "libcore/io/program.h"

#include <unistd.h>

#include <string>

#include "libcore/base/error.h"
#include "libcore/io/scratch_file.h"
#include "tests/support/catch.hpp"

using namespace daybreak;

namespace {

struct Files {
  int input = io::unlinked_file(), output = io::unlinked_file();
  Files() {
    const std::string text = "one\ntwo\n";
    io::append_to(input, std::as_bytes(std::span(text)));
  }
  ~Files() {
    close(input);
    close(output);
  }
  std::string result() const {
    std::string text(100, '\0');
    const ssize_t got = pread(output, text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }
};

}  // namespace

TEST_CASE("A program filters a file from its beginning, and what was in the other is gone") {
  const Files files;
  const auto shell = io::find_program("sh");
  REQUIRE(shell);
  const StopToken stop;
  const std::string before = "longer than what comes\n";
  io::append_to(files.output, std::as_bytes(std::span(before)));
  io::run_filter(*shell, {"-c", "cat; echo \"$1\"; echo lost >&2", "sh", "$(a b)"}, files.input, files.output, stop);
  CHECK(files.result() == "one\ntwo\n$(a b)\n");
  io::run_filter(*shell, {"-c", "exec cat"}, files.input, files.output, stop);
  CHECK(files.result() == "one\ntwo\n");
}

TEST_CASE("A program that fails, dies or is not there is an error that says so") {
  const Files files;
  const StopToken stop;
  const auto run = [&](const std::string& program, const std::string& script) -> std::string {
    try {
      io::run_filter(program, {"-c", script}, files.input, files.output, stop);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(run("/bin/sh", "exit 7") == "/bin/sh: ended with 7");
  CHECK(run("/bin/sh", "kill -KILL $$") == "/bin/sh: died of signal 9");
  CHECK(run("/no/such/program", "").find("/no/such/program") != std::string::npos);
  CHECK(!io::find_program("no-such-program"));
  CHECK(!io::find_program(".."));
}

TEST_CASE("A requested stop ends the wait with it") {
  const Files files;
  StopToken stop;
  stop.request(15);
  CHECK_THROWS_AS(io::run_filter("/bin/sh", {"-c", "exec sleep 60"}, files.input, files.output, stop), Interrupted);
}
