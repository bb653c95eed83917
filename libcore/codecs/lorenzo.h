#pragma once
// The Lorenzo predictor (Ibarria et al. 2003): a value less what the other corners of its cube foretell, which is the
// difference along the row, of that along the column, of that along the depth. As zigzag(); beyond the edge stand
// zeros. Bytes: elements of a row, elements of a plane (varints; the row at least 1, the plane at least the row).
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False for an array without planes.
template <class Word>
bool predict_lorenzo(const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unpredict_lorenzo(std::span<Word> values, ByteReader& parameters);

}  // namespace daybreak::codecs
