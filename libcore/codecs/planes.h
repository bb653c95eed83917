#pragma once
// Integers byte by byte, the highest byte that occurs first; the odds of a byte depend on the one above it.
// Bytes: the number of planes (1 byte, 0 where all are zero); each plane as a symbol stream (symbols.h).
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

template <class Word>
void write_planes(std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_planes(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
