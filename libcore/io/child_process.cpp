#include "libcore/io/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace daybreak::io {

void Descriptor::reset() {
  if (number >= 0) close(std::exchange(number, -1));
}

Child::~Child() {
  if (id_ <= 0) return;
  kill(id_, SIGKILL);
  wait();
}

int Child::wait() {
  int status = 0;
  while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return status;
}

std::optional<int> Child::ended() {
  int status = 0;
  const pid_t found = waitpid(id_, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return std::nullopt;
  id_ = -1;
  return found < 0 ? 0 : status;
}

}  // namespace daybreak::io
