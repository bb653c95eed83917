#pragma once
// Smooth arrays of real numbers within a bound: interpolation from coarse to fine (level_classes.h, level_predict.h),
// what is left quantized. A value is its guess plus a whole number q of steps, in binary32 (binary64 of 8-byte
// elements), operation by operation, then rounded to the element's type.
//
// Bytes: elements of a row, elements of a plane (varints, 0: none); the step (8 bytes, binary64), by which level it
// shrinks (level_steps()): alpha in 1/32 and beta in 1/8 (1 byte each); the first element, as a number of 4 (8) bytes;
// for each class of kFewestForGuess points and more, for each dimension of its set, the weight, plus 128 where it is
// cubic (1 byte); exact values (exact_values.h); the classes' symbols (magnitude_bins() of bins.h) of q, as 0, -1, 1,
// -2, ..., as a lane stream (lane_stream.h) of kLevelContexts contexts, a batch a class; the offsets of bins.h.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"
#include "libcore/codecs/lossy.h"

namespace daybreak::codecs {

/// False where the step is none. `decoded` gets the elements as they will be read.
template <class Word>
bool write_levels(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss, ByteWriter& out,
                  std::span<std::uint8_t> decoded);
/// The same without coding, as a search for the step wants it.
template <class Word>
bool quantize_levels(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss,
                     std::span<std::uint8_t> decoded);
template <class Word>
bool read_levels(ElementType type, ByteReader& in, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
