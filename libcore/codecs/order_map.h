#pragma once
// Elements as unsigned integers, one to one.
//
// ordered: in the order of the values: two's complement with its sign bit flipped; a float's bits, complemented where
// it is
//   negative, else with the sign bit set (so NaNs and infinities lie outside, and -0 below +0).
// folded: the magnitude's bits times two, plus the sign; integers as zigzag() has them.
//
// Then what all share is taken out (common_step.h). Bytes: that of common_step.h.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
Words<Word> map_order(bool folded, ElementType type, ByteSpan data, ByteWriter& parameters);
/// False where the parameters are none.
template <class Word>
bool unmap_order(bool folded, ElementType type, std::span<const Word> values, ByteReader& parameters,
                 std::span<std::uint8_t> out);

/// Elements of the type as order_map's integers, before what they share is taken out, and back.
template <class Word>
Word to_ordered(ElementType type, Word bits);
template <class Word>
void from_ordered(ElementType type, std::span<Word> values);

}  // namespace daybreak::codecs
