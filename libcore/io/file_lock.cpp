#include "libcore/io/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"

namespace daybreak::io {

FileLock::~FileLock() {
  if (held()) close(descriptor_);
}

bool FileLock::take(const std::filesystem::path& file, bool create) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
  if (descriptor < 0 && errno == ENOENT && !create) return true;
  if (descriptor < 0) throw system_error("create", file.string(), errno);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    descriptor_ = descriptor;
    return true;
  }
  const int failure = errno;
  close(descriptor);
  if (failure != EWOULDBLOCK) throw system_error("lock", file.string(), failure);
  return false;
}

}  // namespace daybreak::io
