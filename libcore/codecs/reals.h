#pragma once
// Real numbers of any width as binary32 (binary64 of 8-byte elements) and back, rounded to nearest even.
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/common/formats.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// The type in which a step reckons with elements that lie in words of that type.
template <class Word>
using Real = std::conditional_t<sizeof(Word) == 8, double, float>;

constexpr bool is_real_number(ElementType type) {
  return type == ElementType::f16 || type == ElementType::bf16 || type == ElementType::f32 || type == ElementType::f64;
}

/// The number that an element's bits stand for.
template <class Word>
Real<Word> real_of(ElementType type, Word bits) {
  if constexpr (sizeof(Word) == 4) {
    if (type == ElementType::f16) return kernels::decode<kernels::F16>(static_cast<std::uint16_t>(bits));
    if (type == ElementType::bf16) return kernels::decode<kernels::Bf16>(static_cast<std::uint16_t>(bits));
  }
  return std::bit_cast<Real<Word>>(bits);
}

/// The bits of the element nearest to a number.
template <class Word>
Word bits_of(ElementType type, Real<Word> number) {
  if constexpr (sizeof(Word) == 4) {
    if (type == ElementType::f16) return kernels::encode<kernels::F16>(number);
    if (type == ElementType::bf16) return kernels::encode<kernels::Bf16>(number);
  }
  return std::bit_cast<Word>(number);
}

/// The number became so near that it is within `bound` / 2 (0: no bound, but still finite), and a zero kept its sign,
/// whatever it became.
template <class Word>
bool is_held(ElementType type, Word before, Word after, double bound) {
  const double x = static_cast<double>(real_of<Word>(type, before)), y = static_cast<double>(real_of<Word>(type, after));
  const double off = std::abs(y - x);
  if (x == 0 && std::signbit(x) != std::signbit(y)) return false;
  return bound > 0 ? off <= bound / 2 : off < std::numeric_limits<double>::infinity();
}

}  // namespace daybreak::codecs
