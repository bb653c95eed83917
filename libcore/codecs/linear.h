#pragma once
// Linear prediction of signals (as in FLAC): each value less a weighted sum of up to 16 before it, as zigzag(). Blocks
// of 4096 values have own weights; a block without weights is predicted by the value before.
//
// Bytes: the level that counts as zero (varint); then for each block the number of weights (1 byte), and for each
// weight, in 1/8192, 2 bytes (two's complement). The guess is sum(weight * (value - level)) / 8192, rounded down;
// before the first value stand levels.
//
// Signals of 65536 values or more lie in 16 bands, so that a processor works on them side by side: after the level
// stands 255, then the blocks, as even as whole values allow, block by block of all bands in turn. Each band begins as
// a signal does. The values that are left when 16 bands of equal length are taken away are predicted by the value
// before.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where the values are too large for exact sums: over 2^24 apart.
template <class Word>
bool predict_linear(Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unpredict_linear(std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
