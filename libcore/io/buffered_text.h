#pragma once
// Long texts that are written line by line.
#include <string>
#include <string_view>

#include "libcore/io/atomic_file.h"

namespace daybreak::io {

/// Gathers text and hands it to a file in large pieces.
class BufferedText {
 public:
  explicit BufferedText(AtomicFile& file) : file_(file) {}
  void add(std::string_view text);
  void flush();

 private:
  AtomicFile& file_;
  std::string buffer_;
};

}  // namespace daybreak::io
