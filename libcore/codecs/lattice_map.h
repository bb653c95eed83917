#pragma once
// Real numbers as whole numbers of steps: q = floor(x / step + 1 / 2), x' = q * step, in binary64, rounded to the
// element's type. A value of the map is q less the center of its column, less the smallest of these.
//
// Bytes: columns (varint, at least 1: a place's column is its index modulo them); whether each has its own step (1
// byte); the step or steps (binary64 each); the centers' code (1 byte: 0 none, 1 a center each, as numbers of their
// zigzag(), bins.h); the smallest value (its zigzag(), varint); elements of a plane (varint); exact values
// (exact_values.h), which take the value before them.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/lossy.h"

namespace daybreak::codecs {

/// False where the step is none. `decoded` gets the elements as they will be read.
template <class Word>
bool map_lattice(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss, bool centered,
                 Words<Word>& values, ByteWriter& parameters, std::span<std::uint8_t> decoded);
template <class Word>
bool unmap_lattice(ElementType type, std::span<Word> values, ByteReader& parameters, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
