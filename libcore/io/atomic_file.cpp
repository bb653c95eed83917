#include "libcore/io/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/stop.h"
#include "libcore/io/draft_name.h"

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

void sync_directory(const fs::path& file) {
  const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a folder that may be written but not read
  fsync(descriptor);
  close(descriptor);
}

}  // namespace

fs::path followed(fs::path target) {
  std::error_code unreachable;  // is told where the file is created
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, unreachable)); ++links) {
    if (links == 40) throw system_error("create", target.string(), ELOOP);
    const fs::path next = fs::read_symlink(target);
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

AtomicFile::AtomicFile(const fs::path& target) : target_(target) {
  struct stat old {};
  const bool exists = stat(target_.c_str(), &old) == 0;
  // Links such as /dev/stdout may lead to a pipe, which has no path of its own: only regular files are followed by
  // name.
  if (!exists || S_ISREG(old.st_mode)) target_ = followed(target);
  if (exists && S_ISDIR(old.st_mode)) throw system_error("create", target_.string(), EISDIR);
  straight_ = exists && !S_ISREG(old.st_mode);
  if (straight_) {
    temporary_ = target_;
    descriptor_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    remove_stale_drafts(target_);
    temporary_ = draft_name(target_);
    descriptor_ = open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0 && exists) fchmod(descriptor_, old.st_mode & 07777);
  }
  if (descriptor_ < 0) throw system_error("create", target_.string(), errno);
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)), straight_(other.straight_), committed_(other.committed_) {
  other.committed_ = true;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!committed_ && !straight_) unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) throw Interrupted{SIGPIPE};  // a FIFO whose reader has gone
    if (written < 0) throw system_error("write", target_.string(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (!straight_ && fsync(descriptor_) != 0) throw system_error("write", target_.string(), errno);
  if (close(std::exchange(descriptor_, -1)) != 0) throw system_error("write", target_.string(), errno);
  if (!straight_) {
    if (rename(temporary_.c_str(), target_.c_str()) != 0) throw system_error("rename", target_.string(), errno);
    committed_ = true;
    sync_directory(target_);
  }
  committed_ = true;
}

void write_file(const fs::path& target, std::string_view text) {
  AtomicFile file(target);
  file.write(text);
  file.commit();
}

}  // namespace daybreak::io
