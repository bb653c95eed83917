#pragma once
// A part of a chunk that behaves as the whole does, to try pipelines on.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

struct Sample {
  std::vector<std::uint64_t> shape;
  Bytes data;
};

/// A part of the array in which what lies side by side stays so, along the row, down the column and into the depth: a
/// few stretches of the first axis, or, where its steps are too large, the middle of the next axis out of several of
/// them. 64 to 128 KiB; all of a smaller array.
Sample sample_of(std::span<const std::uint64_t> shape, ByteSpan data);

}  // namespace daybreak::codecs
