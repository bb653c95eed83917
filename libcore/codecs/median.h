#pragma once
// Rows: each value less the median of left, above, and left + above - their corner (LOCO-I, Weinberger et al. 2000, the
// predictor of JPEG-LS), as zigzag(). The first row takes the left value alone, the first column the value above.
// Bytes: elements of a row (varint, at least 1).
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// The guess of LOCO-I for unsigned values.
template <class Word>
constexpr Word median_guess(Word left, Word above, Word corner) {
  const Word low = left < above ? left : above, high = left < above ? above : left;
  // Between the two, left + above - corner is their own number and cannot wrap around.
  const Word plane = static_cast<Word>(left + above - corner);
  return corner >= high ? low : corner <= low ? high : plane;
}

/// False for an array without rows.
template <class Word>
bool predict_median(const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unpredict_median(std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
