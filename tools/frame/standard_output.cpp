#include "tools/frame/standard_output.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"
#include "libcore/base/stop.h"

namespace daybreak::frame {

void write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) throw Interrupted{SIGPIPE};
    if (written < 0) throw system_error("write", "stdout", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void close_stdout() {
  if (close(STDOUT_FILENO) != 0 && errno != EBADF) throw system_error("write", "stdout", errno);
}

}  // namespace daybreak::frame
