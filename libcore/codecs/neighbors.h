#pragma once
// Residuals as classes of magnitude (magnitude_bins() of bins.h) and offsets; the odds of a class depend on the
// magnitudes around it: of the two before and the mean of those before in 1-D, else of left, above, and above right.
//
// Bytes: elements of a row (varint, 0 for 1-D); the magnitude in bits that counts as level 0 (1 byte); the classes as a
// context stream (context_stream.h) of 4096 contexts over four bands (bands.h); the offsets as in bins.h, in the order
// of the array. The context is 256 * level of the first + 16 * level of the second + level of the third; a level is the
// bits of a value less those that count as 0, from 0 to 15. What would lie before the band has level 0.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
void write_neighbors(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_neighbors(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
