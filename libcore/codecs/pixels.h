#pragma once
// Up to 256 different values whose odds depend on those around: images of bytes, and what a map made as small.
//
// Bytes: the mode (1 byte), the channels (1 byte, 1 to 4), elements of a row (varint, a multiple of the channels); then
//   mode 0, values: bins from 0 on, side by side (byte_bins.h), as their number - 1 (1 byte) and the width of each in
//     bits as a symbol stream; which bin, as a field (symbol_field.h); the offsets as in bins.h
//   mode 1, photographs: what a guess leaves (photograph.h), as a field
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False for an array without rows, or with a value above 255.
template <class Word>
bool write_pixels(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_pixels(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
