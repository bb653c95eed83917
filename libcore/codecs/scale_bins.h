#pragma once
// Bins and offsets (bins.h) whose odds depend on the scale of the value's row and on that of its column: for tables and
// feature matrices, whose values are alike but for these.
//
// Bytes: elements of a row (varint, at least 1, at most 4096; 64 of a 1-D array); for
// each column its scale, 0 to 15, as a symbol stream (symbols.h); the same for each row; numbers (bins.h) of 256
// contexts, 16 * the column's scale + the row's.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where rows are too long, or all values too few.
template <class Word>
bool write_scale_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_scale_bins(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
