#pragma once
// Each value less the one before it on its line, once or twice; a line runs along the last axis, or down a column.
// Bytes: the distance of neighbors on a line, in elements (varint, at least 1).
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// Differences (order 1) or differences of those (order 2), as zigzag(); along the axis that leaves less.
template <class Word>
void predict_delta(unsigned order, const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unpredict_delta(unsigned order, std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
