#include "libcore/io/buffered_text.h"

namespace daybreak::io {

void BufferedText::add(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() > 1 << 16) flush();
}

void BufferedText::flush() {
  file_.write(buffer_);
  buffer_.clear();
}

}  // namespace daybreak::io
