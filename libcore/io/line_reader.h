#pragma once
// Text files a line at a time: without their byte order mark, line ends and surprises.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Streams the lines of an input; "\n" and "\r\n" end a line, the last may lack its end. A line has at most
/// `longest_bytes`, or Error (data).
class LineReader {
 public:
  explicit LineReader(const InputFile& file, std::size_t longest_bytes = std::size_t{1} << 24);

  /// The next line, or nothing at the end.
  std::optional<std::string> next();
  /// The number of the line that next() gave last, from 1.
  std::uint64_t number() const { return number_; }
  /// The byte of the file at which that line begins.
  std::uint64_t offset() const { return line_offset_; }
  /// "file:line" for messages.
  std::string where() const { return file_.name() + ":" + std::to_string(number_); }

 private:
  bool refill();

  const InputFile& file_;
  std::size_t longest_;
  std::uint64_t offset_ = 0, number_ = 0, line_offset_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace daybreak::io
