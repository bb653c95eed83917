#include "libcore/io/utf8.h"

namespace daybreak::io {
namespace {

/// The length of the well-formed sequence at the beginning, 0 where there is none.
std::size_t sequence_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const auto in = [](int value, int low, int high) { return value >= low && value <= high; };
  const auto tail = [&](std::size_t i) { return in(byte(i), 0x80, 0xBF); };
  const int first = byte(0);
  if (first < 0x80) return 1;
  if (in(first, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
  if (in(first, 0xE0, 0xEF)) {
    const int low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return in(byte(1), low, high) && tail(2) ? 3 : 0;
  }
  if (in(first, 0xF0, 0xF4)) {
    const int low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    return in(byte(1), low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = sequence_bytes(text.substr(at, 4));
    if (length == 0) break;
    at += length;
  }
  return at;
}

}  // namespace daybreak::io
