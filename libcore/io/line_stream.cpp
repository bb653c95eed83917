#include "libcore/io/line_stream.h"

#include <unistd.h>

#include <span>

#include "libcore/base/error.h"
#include "libcore/io/waiting_read.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBlock = 1 << 16;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineStream::LineStream(const std::string& path, const StopToken& stop, std::size_t longest_bytes)
    : name_(path == "-" ? "stdin" : path), stop_(stop), longest_(longest_bytes), descriptor_(open_for_reading(path)) {}

LineStream::~LineStream() {
  close(descriptor_);
}

bool LineStream::refill() {
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kBlock);
  const std::size_t got = read_waiting(descriptor_, std::as_writable_bytes(std::span(buffer_).subspan(before)), name_, &stop_);
  buffer_.resize(before + got);
  return got > 0;
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
