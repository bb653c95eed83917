// A confined process can do its reading and nothing else.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>

#include "libcore/io/hdf5_confine.h"
#include "tests/support/catch.hpp"
#include "tests/unit/io/support.h"

namespace daybreak::io {
namespace {

/// Runs something in a confined child over a file "content"; the status of waitpid. `sink` gets what the child writes.
int confined(const std::function<int()>& body, const ConfineLimits& limits = {}) {
  const test::ScratchFolder scratch;
  const int input = open(scratch.file("input", "content").c_str(), O_RDONLY);
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    confine_descriptors(input, ends[1]);
    confine_rights(limits);
    _exit(body());
  }
  close(input);
  close(ends[0]);
  close(ends[1]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

int exit_of(const std::function<int()>& body) {
  const int status = confined(body);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("A confined process reads its input by position") {
  CHECK(exit_of([] {
          std::array<char, 7> text{};
          return pread(kConfinedInput, text.data(), text.size(), 0) == 7 && text[6] == 't' ? 11 : 12;
        }) == 11);
}

TEST_CASE("A confined process opens no file and no socket, starts nothing and writes nowhere else") {
  CHECK(exit_of([] { return open("/etc/passwd", O_RDONLY) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return open("/tmp/daybreak-escape", O_WRONLY | O_CREAT, 0600) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return dup(kConfinedInput) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return fcntl(kConfinedOutput + 1, F_GETFD) < 0 ? 11 : 12; }) == 11);
}

TEST_CASE("Where the kernel filters system calls, not even harmless ones are left") {
  if (prctl(PR_GET_SECCOMP) < 0) {
    WARN("skipped: this kernel has no system call filter");
    return;
  }
  CHECK(exit_of([] { return fork() < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return execl("/bin/true", "true", nullptr) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return kill(getppid(), 0) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] { return write(STDERR_FILENO, "x", 1) < 0 ? 11 : 12; }) == 11);
  CHECK(exit_of([] {
          void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          return page == MAP_FAILED ? 11 : 12;
        }) == 11);
}

TEST_CASE("Memory and processor time of a confined process end") {
#if !defined(__SANITIZE_ADDRESS__)
  CHECK(exit_of([] {
          void* much = mmap(nullptr, std::size_t{1} << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          return much == MAP_FAILED ? 11 : 12;
        }) == 11);
#endif
  const int status = confined([] {
    volatile unsigned spins = 0;
    for (;;) spins = spins + 1;
    return 12;
  }, {std::uint64_t{512} << 20, 1});
  CHECK((WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)));
}

}  // namespace daybreak::io
