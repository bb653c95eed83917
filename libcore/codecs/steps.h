#pragma once
// The steps of a pipeline, one after the other: map, prediction, code.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {

/// The parameters of map and prediction as blocks, then what the code writes. False where a step cannot hold the
/// values.
template <class Word>
bool write_steps(Pipeline pipeline, ElementType type, const ArrayShape& shape, ByteSpan data, ByteWriter& out);
/// False where the bytes are not what write_steps() makes.
template <class Word>
bool read_steps(Pipeline pipeline, ElementType type, ByteReader& in, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
