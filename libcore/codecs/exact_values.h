#pragma once
// Elements that a lossy step keeps bit for bit: NaN, infinities, missing values, and what a bound would not hold.
//
// Bytes: their number (varint); where there are any, the form (1 byte), then where they are and their bits (numbers,
// bins.h).
//   0 gaps     how many other elements lie before each, as numbers
//   1 mask     a bit for every element, as pixels (pixels.h)
//   2 changes  the same, but whether the bit differs from that of the plane before
//   3 edges    mask_edges.h; before the bits is a byte: 1 where all are the same, which are then there once, as a number
//              of 4 (8) bytes
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/mask_edges.h"

namespace daybreak::codecs {

/// A 1 for each element that is kept in any case: NaN, infinities, and missing values.
template <class Word>
Bytes kept_exactly(ElementType type, std::span<const Word> bits, std::span<const double> missing);

/// `exact` has a 1 for each element that is kept, of which `bits` are all.
template <class Word>
void write_exact(const ArrayShape& shape, ByteSpan exact, std::span<const Word> bits, ByteWriter& out);

template <class Word>
struct ExactValues {
  std::vector<MaskRun> runs;
  Words<Word> bits;  // one where all are the same

  /// Into an array of such elements.
  void store(ElementType type, std::span<std::uint8_t> out) const;
};
/// False where the bytes are no such values of `count` elements, `plane` to a plane (0: none).
template <class Word>
bool read_exact(ByteReader& in, std::size_t count, std::size_t plane, ExactValues<Word>& exact);

}  // namespace daybreak::codecs
