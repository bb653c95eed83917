#include "libcore/io/waiting_read.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr int kPatienceMs = 200;  // a signal that comes just before the wait is noticed after it

/// A terminal ends when its user says so, /dev/null at once; of /dev/zero and its like, nobody knows the end.
bool is_endless(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) && isatty(descriptor) == 0;
}

}  // namespace

int open_for_reading(const std::string& path) {
  const int descriptor = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) throw system_error("open", path == "-" ? "stdin" : path, errno);
  return descriptor;
}

std::size_t read_waiting(int descriptor, std::span<std::byte> out, const std::string& name, const StopToken* stop) {
  for (;;) {
    if (stop != nullptr) stop->check();
    pollfd waiting{descriptor, POLLIN, 0};
    if (const int ready = poll(&waiting, 1, kPatienceMs); ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t got = read(descriptor, out.data(), out.size());
    if (got > 0 && is_endless(descriptor))
      throw data_error(name, "is a device, which need not end", "pipe as much of it as is meant, by head -c");
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) throw system_error(errno == EISDIR ? "open" : "read", name, errno);
  }
}

}  // namespace daybreak::io
