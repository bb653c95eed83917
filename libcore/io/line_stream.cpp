#include "libcore/io/line_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBlock = 1 << 16;
constexpr int kPatienceMs = 200;  // a signal that comes just before the wait is noticed after it
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineStream::LineStream(const std::string& path, const StopToken& stop, std::size_t longest_bytes)
    : name_(path == "-" ? "stdin" : path), stop_(stop), longest_(longest_bytes) {
  if (path == "-") return;
  descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw system_error("open", path, errno);
}

LineStream::~LineStream() {
  if (descriptor_ > 0) close(descriptor_);
}

bool LineStream::refill() {
  for (;;) {
    stop_.check();
    pollfd waiting{descriptor_, POLLIN, 0};
    if (const int ready = poll(&waiting, 1, kPatienceMs); ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kBlock);
    const ssize_t got = read(descriptor_, buffer_.data() + before, kBlock);
    const int failure = errno;
    buffer_.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got >= 0) return got > 0;
    if (failure != EINTR && failure != EAGAIN) throw system_error("read", name_, failure);
  }
}

std::optional<std::string> LineStream::next() {
  std::size_t end = std::string::npos;
  for (std::size_t searched = 0; (end = buffer_.find('\n', searched)) == std::string::npos;) {
    searched = buffer_.size();
    if (searched > longest_) {
      ++number_;
      throw data_error(where(), "the line is longer than " + std::to_string(longest_) + " bytes");
    }
    if (!refill()) break;
  }
  if (end == std::string::npos && buffer_.empty()) return std::nullopt;
  ++number_;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end == std::string::npos ? end : end + 1);
  if (line.ends_with('\r')) line.pop_back();
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  return line;
}

std::string LineStream::rest(std::size_t limit_bytes) {
  while (buffer_.size() <= limit_bytes && refill()) {
  }
  if (buffer_.size() > limit_bytes) throw data_error(name_, "longer than " + std::to_string(limit_bytes) + " bytes");
  return std::move(buffer_);
}

}  // namespace daybreak::io
