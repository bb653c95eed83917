#pragma once
// Bins and offsets (bins.h) whose odds depend on where a value stands.
//
// column_bins: on its place modulo the period, at most 4096. Bytes: the period (varint, at least 1); numbers.
// block_bins: on the magnitude of its block. Bytes: the values of a block (varint, at least 1); for each block its
// level, 0 to
//   63, as a symbol stream; numbers.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where the array has no columns, or too many.
template <class Word>
bool write_column_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_column_bins(ByteReader& in, std::span<Word> values);

/// False where there are too few values for blocks.
template <class Word>
bool write_block_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_block_bins(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
