#include "libcore/io/beneath.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLongestPath = 1024;

/// The first part of a path, which is cut off it.
std::string_view take_part(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return part;
}

[[noreturn]] void fail(const std::string& shown_as, int error_number) {
  if (error_number == ELOOP || error_number == ENOTDIR)
    throw data_error(shown_as, "is reached through a symbolic link or something that is no folder",
                     "put the file itself into the folder");
  throw system_error("open", shown_as, error_number);
}

}  // namespace

bool is_path_beneath(std::string_view path) {
  const auto unusual = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f || letter == '\\';
  };
  if (path.empty() || path.size() > kLongestPath || path.ends_with('/') || std::any_of(path.begin(), path.end(), unusual))
    return false;
  while (!path.empty()) {
    const std::string_view part = take_part(path);
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

Folder::Folder(const std::string& file) {
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  if (failure) throw system_error("open", file, failure.value());
  real_ = real.parent_path();
  descriptor_ = open(real_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) throw system_error("open", real_.string(), errno);
}

Folder::~Folder() {
  close(descriptor_);
}

std::string Folder::name_of(const std::string& path, const std::string& file) const {
  const fs::path spelled = fs::path(file).parent_path();
  std::error_code failure;
  const bool same = fs::canonical(spelled.empty() ? "." : spelled, failure) == real_ && !failure;
  return ((same ? spelled : real_) / path).string();
}

int Folder::open_beneath(const std::string& path, const std::string& shown_as) const {
  if (!is_path_beneath(path)) throw data_error(shown_as, "its path leads outside the folder");
  std::string_view rest = path;
  int inner = -1;  // the folder reached so far; -1: this one
  for (;;) {
    const std::string part(take_part(rest));
    const int kind = rest.empty() ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
    const int next = openat(inner < 0 ? descriptor_ : inner, part.c_str(), kind | O_NOFOLLOW | O_CLOEXEC);
    const int failure = errno;
    if (inner >= 0) close(inner);
    if (next < 0) fail(shown_as, failure);
    inner = next;
    if (rest.empty()) break;
  }
  struct stat status {};
  if (fstat(inner, &status) == 0 && S_ISREG(status.st_mode)) return inner;
  close(inner);
  throw data_error(shown_as, "is no regular file");
}

}  // namespace daybreak::io
