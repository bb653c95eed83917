#pragma once
// Floats that were born as integers, fractions or decimals, as integers: x = d / (divisor * 10^decimals), d of so many
// significant digits at most. Binary32 and binary64.
//
// The places of such a grid are numbered from 0 up as the numbers of a decimal floating-point format are: with K =
// 10^(digits
// - 1), place p stands for d = p - 9 K e and decimals - e decimals, e = 0 where p < K, else (p - K) div 9 K. The
// quotient is taken in binary64 and rounded to the element's type. ordered: 2^31 (of 8-byte elements 2^63) plus the
// place, less it where the sign bit is set; folded: twice the place, plus the sign bit. A value that the grid does not
// hold is an exception: its place repeats that of the value before.
//
// Bytes: digits, decimals (1 byte each), divisor (varint, at least 1); what common_step.h writes; the number of
// exceptions (varint); as numbers (bins.h) the distance of each from the one before, and their bits.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where no grid pays.
template <class Word>
bool map_grid(bool folded, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unmap_grid(bool folded, ElementType type, std::span<const Word> values, ByteReader& parameters,
                std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
