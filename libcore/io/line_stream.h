#pragma once
// Lines of a pipe or terminal as they come, while LineReader wants a file of known length.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/base/stop.h"

namespace daybreak::io {

/// Reads a descriptor a line at a time, and never further than it must before it hands a line out. "\n" and "\r\n" end a
/// line, the last may lack its end; a byte order mark at the beginning is skipped.
class LineStream {
 public:
  /// `path` "-" is stdin. A line has at most `longest_bytes`, or Error (data). Error (no_input).
  LineStream(const std::string& path, const StopToken& stop, std::size_t longest_bytes = std::size_t{1} << 20);
  ~LineStream();
  LineStream(const LineStream&) = delete;
  LineStream& operator=(const LineStream&) = delete;

  /// The next line, or nothing at the end. Waits for it, and stops when asked to (what StopToken::check() throws).
  std::optional<std::string> next();
  /// All that is left, of at most `limit_bytes`, or Error (data).
  std::string rest(std::size_t limit_bytes);
  std::uint64_t number() const { return number_; }
  /// "stdin:12", for messages about the line that next() gave last.
  std::string where() const { return name_ + ":" + std::to_string(number_); }
  const std::string& name() const { return name_; }

 private:
  bool refill();

  std::string name_;
  const StopToken& stop_;
  std::size_t longest_;
  int descriptor_;
  std::uint64_t number_ = 0;
  std::string buffer_;
};

}  // namespace daybreak::io
