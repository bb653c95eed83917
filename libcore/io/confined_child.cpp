#include "libcore/io/confined_child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <new>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr int kExitMemory = 3;
constexpr std::chrono::seconds kPatience{90};  // a child that waits uses no processor time, so that limit is not enough

[[noreturn]] void run_child(const ConfinedWork& work, int output) noexcept {
  confine_descriptors(work.input, output);
  try {
    if (work.prepare) work.prepare();
    confine_rights(work.limits);
    work.work();
  } catch (const std::bad_alloc&) {
    _exit(kExitMemory);
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

/// The child process: killed and reaped whatever happens.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (id_ > 0) stop();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Waits for its end; the status of waitpid, 0 where somebody else reaped it.
  int wait() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }
  void stop() {
    kill(id_, SIGKILL);
    wait();
  }

 private:
  pid_t id_;
};

struct Descriptor {
  explicit Descriptor(int value) : number(value) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset() {
    if (number >= 0) close(std::exchange(number, -1));
  }
  int number;
};

std::vector<std::byte> receive(int descriptor, const ConfinedWork& work) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::vector<std::byte> bytes;
  std::vector<std::byte> block(std::size_t{1} << 16);
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) throw data_error(work.name, work.worker + " did not finish this file within 90 s", work.hint);
    const ssize_t got = read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", "what " + work.worker + " says of " + work.name, errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > work.most_bytes)
      throw data_error(work.name, work.too_many, work.hint);
    bytes.insert(bytes.end(), block.begin(), block.begin() + got);
  }
}

void check_end(int status, const ConfinedWork& work) {
  const auto fail = [&](const std::string& what) { throw data_error(work.name, work.worker + what, work.hint); };
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGXCPU)
      fail(" used up its processor time (" + std::to_string(work.limits.cpu_s) + " s) on this file");
    fail(" died on this file (signal " + std::to_string(number) + ")");
  }
  if (WEXITSTATUS(status) == kExitMemory)
    fail(" needs more than " + std::to_string(work.limits.memory_bytes >> 20) + " MiB for this file");
  if (WEXITSTATUS(status) != 0) fail(" died on this file (status " + std::to_string(WEXITSTATUS(status)) + ")");
}

}  // namespace

void send_from_child(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(kConfinedOutput, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) _exit(1);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

std::vector<std::byte> run_confined(const ConfinedWork& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("start", "a process for " + work.worker, errno);
  Descriptor source(ends[0]), sink(ends[1]);
  const pid_t id = fork();
  if (id < 0) throw system_error("start", "a process for " + work.worker, errno);
  if (id == 0) run_child(work, sink.number);
  Child child(id);
  sink.reset();
  std::vector<std::byte> bytes = receive(source.number, work);
  check_end(child.wait(), work);
  return bytes;
}

}  // namespace daybreak::io
