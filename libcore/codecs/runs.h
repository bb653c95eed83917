#pragma once
// Values and how often each repeats.
// Bytes: the number of runs (varint); the values, then the lengths - 1, as numbers (bins.h).
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where runs are so short that they would not pay.
template <class Word>
bool write_runs(std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_runs(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
