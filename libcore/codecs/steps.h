#pragma once
// The steps of a pipeline, one after the other: map, prediction, code.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/lossy.h"
#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {

/// The parameters of map and prediction as blocks, then what the code writes. False where a step cannot hold the
/// values.
template <class Word>
bool write_steps(Pipeline pipeline, ElementType type, const ArrayShape& shape, ByteSpan data, ByteWriter& out);
/// The same for a lossy pipeline; `decoded` gets what read_steps() will give.
template <class Word>
bool write_lossy_steps(Pipeline pipeline, const Loss& loss, ElementType type, const ArrayShape& shape, ByteSpan data,
                       ByteWriter& out, std::span<std::uint8_t> decoded);
/// The same without coding.
template <class Word>
bool quantize_steps(Pipeline pipeline, const Loss& loss, ElementType type, const ArrayShape& shape, ByteSpan data,
                    std::span<std::uint8_t> decoded);
/// What write_steps() would write for each pipeline, in bytes; kNotApplicable where a step cannot hold the values.
/// Pipelines of the same map and prediction should stand together: they share that work.
constexpr std::size_t kNotApplicable = ~std::size_t{0};
template <class Word>
std::vector<std::size_t> measure_steps(std::span<const Pipeline> pipelines, ElementType type, const ArrayShape& shape,
                                       ByteSpan data);

/// False where the bytes are not what write_steps() makes.
template <class Word>
bool read_steps(Pipeline pipeline, ElementType type, ByteReader& in, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
