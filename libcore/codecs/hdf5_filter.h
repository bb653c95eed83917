#pragma once
// The frames of this room as a filter of HDF5: one chunk, one frame.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/codecs/element_type.h"

namespace daybreak::codecs {

/// From the range that The HDF Group leaves to those who have registered none.
constexpr unsigned kHdf5Filter = 32845;

/// What a chunk holds.
struct ChunkType {
  ElementType type = ElementType::u8;
  std::vector<std::uint64_t> shape;  // the extents of a whole chunk
  std::uint64_t bytes() const;       // of a whole chunk; 0 where that is more than a filter can hold
};

/// The filter's parameters in a file: a revision (1), the element type, the extents. Extents are below 2^32.
std::vector<unsigned> filter_parameters(const ChunkType& chunk);
/// The reverse; nothing for parameters that are none.
std::optional<ChunkType> parse_filter_parameters(std::span<const unsigned> parameters);

}  // namespace daybreak::codecs
