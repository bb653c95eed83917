#pragma once
// Which code points are letters, numbers, white space and word characters, as the patterns of tokenizers ask.
#include <cstdint>
#include <span>
#include <string_view>

namespace daybreak::text {

enum CharClass : std::uint8_t { kLetter = 1, kNumber = 2, kSpace = 4, kWord = 8 };

/// Code points first to last, both included, share these bits of CharClass. Ascending, without overlap.
struct ClassRange {
  char32_t first, last;
  std::uint8_t bits;
};
std::span<const ClassRange> class_ranges();
/// The version of Unicode behind the ranges, such as "15.1.0".
std::string_view unicode_version();

/// The bits of CharClass of a code point; 0 for stray bytes and whatever else is no code point.
std::uint8_t char_class(char32_t code);

}  // namespace daybreak::text
