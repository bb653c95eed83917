#include "libcore/io/line_reader.h"

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

constexpr std::size_t kBlock = 1 << 16;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineReader::LineReader(const InputFile& file, std::size_t longest_bytes) : file_(file), longest_(longest_bytes) {
  refill();
  if (buffer_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool LineReader::refill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kBlock);
  const std::size_t got = file_.read_some(offset_, std::as_writable_bytes(std::span(buffer_).subspan(before)));
  buffer_.resize(before + got);
  offset_ += got;
  return got > 0;
}

std::optional<std::string> LineReader::next() {
  std::size_t end = buffer_.find('\n', at_);
  for (std::size_t searched = buffer_.size() - at_; end == std::string::npos; searched = buffer_.size()) {
    if (searched > longest_) {
      ++number_;
      throw data_error(where(), "the line is longer than " + std::to_string(longest_) + " bytes");
    }
    if (!refill()) break;
    end = buffer_.find('\n', searched);
  }
  const bool last = end == std::string::npos;
  if (last && at_ == buffer_.size()) return std::nullopt;
  ++number_;
  line_offset_ = offset_ - (buffer_.size() - at_);
  std::string line = buffer_.substr(at_, last ? std::string::npos : end - at_);
  at_ = last ? buffer_.size() : end + 1;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace daybreak::io
