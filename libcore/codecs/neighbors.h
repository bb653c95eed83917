#pragma once
// Residuals as classes of magnitude (magnitude_bins() of bins.h) and offsets; the odds of a class depend on the classes
// around it.
//
// Bytes: elements of a row (varint); elements of a plane (varint, 0 where the plane before is not looked at); the
// classes as a field (symbol_field.h); the offsets as in bins.h, in the order of the array. Arrays without rows are cut
// into rows of 4.
//
// Once those were written otherwise, and are still read: 0 for the row; the magnitude in bits that counts as level 0 (1
// byte); the classes as a context stream (context_stream.h) of 4096 contexts over four bands (bands.h). The context is
// 256 * level before + 16 * level before that + the mean of those before; a level is the bits of a value less those
// that count as 0, from 0 to 15. Before a band has level 0.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
void write_neighbors(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_neighbors(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
