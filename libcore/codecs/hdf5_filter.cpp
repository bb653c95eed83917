#include "libcore/codecs/hdf5_filter.h"

#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/frame.h"

namespace daybreak::codecs {
namespace {

constexpr unsigned kRevision = 1;
constexpr std::size_t kBeforeExtents = 2;

}  // namespace

std::uint64_t ChunkType::bytes() const {
  const auto count = element_count(shape);
  const std::uint64_t size = element_info(type).bytes;
  return count && *count <= 0xFFFFFFFFu / size ? *count * size : 0;
}

std::vector<unsigned> filter_parameters(const ChunkType& chunk) {
  std::vector<unsigned> parameters{kRevision, static_cast<unsigned>(chunk.type)};
  for (const std::uint64_t extent : chunk.shape) parameters.push_back(static_cast<unsigned>(extent));
  return parameters;
}

std::optional<ChunkType> parse_filter_parameters(std::span<const unsigned> parameters) {
  if (parameters.size() < kBeforeExtents || parameters.size() > kBeforeExtents + kMostDimensions) return {};
  if (parameters[0] != kRevision || parameters[1] >= kElementTypes) return {};
  ChunkType chunk{static_cast<ElementType>(parameters[1]), {}};
  for (const unsigned extent : parameters.subspan(kBeforeExtents)) chunk.shape.push_back(extent);
  return chunk;
}

}  // namespace daybreak::codecs
