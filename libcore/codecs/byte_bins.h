#pragma once
// Bins (bins.h) over the values 0 to 255, for symbols whose odds depend on contexts: each bin costs every table a bit.
#include "libcore/codecs/bins.h"

namespace daybreak::codecs {

/// Bins of a power of two, side by side from 0 to 255; all values are below 256.
template <class Word>
Bins<Word> byte_bins(std::span<const Word> values);

}  // namespace daybreak::codecs
