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

/// A part of the array of about so many bytes, in which what lies side by side stays so, along the row, down the column
/// and into the depth: a few stretches of the first axis, or, where its steps are too large, the middle of the next axis
/// out of several of them. All of an array that is at most twice as large.
Sample sample_of(std::span<const std::uint64_t> shape, ByteSpan data, std::size_t bytes);

}  // namespace daybreak::codecs
