#pragma once
// Walking over UTF-8 that may be broken: a byte that begins no valid sequence counts as one symbol of its own.
#include <cstddef>
#include <string>
#include <string_view>

namespace daybreak {

/// What a stray byte reads as: no code point, so it is in no character class.
inline constexpr char32_t kStrayByte = 0xFFFFFFFF;

struct CodePoint {
  char32_t value;
  std::size_t length;  // bytes
};

/// The code point that begins at text[at]; {kStrayByte, 1} where no shortest-form sequence of a scalar value does.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {kStrayByte, 1};
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {kStrayByte, 1};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {kStrayByte, 1};
  return {value, length};
}

/// The code point that ends just before text[end]; end > 0.
inline CodePoint code_point_before(std::string_view text, std::size_t end) {
  for (std::size_t length = 1; length <= 4 && length <= end; ++length) {
    const CodePoint here = code_point_at(text.substr(0, end), end - length);
    if (here.length == length && here.value != kStrayByte) return here;
  }
  return {kStrayByte, 1};
}

/// Appends the UTF-8 form of a scalar value.
inline void append_utf8(std::string& out, char32_t value) {
  if (value < 0x80) {
    out += static_cast<char>(value);
    return;
  }
  const int continuations = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[continuations] | (value >> (6 * continuations)));
  for (int i = continuations - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((value >> (6 * i)) & 0x3F));
}

/// How many bytes at the beginning are well-formed UTF-8 (Unicode table 3-7: no surrogates, nothing overlong).
inline std::size_t utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint here = code_point_at(text, at);
    if (here.value == kStrayByte) break;
    at += here.length;
  }
  return at;
}

inline bool is_utf8(std::string_view text) {
  return utf8_prefix(text) == text.size();
}

}  // namespace daybreak
