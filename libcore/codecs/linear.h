#pragma once
// Linear prediction of signals (as in FLAC): each value less a weighted sum of up to 16 before it, as zigzag(). Blocks
// of 4096 values have own weights; a block without weights is predicted by the value before.
//
// Bytes: the level that counts as zero (varint); then for each block the number of weights (1 byte), and for each
// weight, in 1/8192, 2 bytes (two's complement). The guess is sum(weight * (value - level)) / 8192, rounded down.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where the values are too large for exact sums: over 2^24 apart.
template <class Word>
bool predict_linear(Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unpredict_linear(std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
