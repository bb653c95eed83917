#pragma once
// How an array lies in memory, as far as the steps care.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace daybreak::codecs {

/// The product of the extents; nothing where it leaves 2^56.
inline std::optional<std::uint64_t> element_count(std::span<const std::uint64_t> shape) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 56;
  std::uint64_t count = 1;
  bool overflow = false;
  for (const std::uint64_t extent : shape) {
    if (extent == 0) return 0;
    overflow = overflow || extent > kMost / count;
    if (!overflow) count *= extent;
  }
  return overflow ? std::nullopt : std::optional(count);
}

/// Elements in C order; extents of 1 do not count.
struct ArrayShape {
  std::size_t count = 0;
  std::size_t row = 0;    // elements of a row; 0 for a 1-D array
  std::size_t plane = 0;  // elements of a plane of rows; 0 for fewer than three dimensions
  std::size_t last = 0;   // the extent of the last dimension, 1 too
};

inline ArrayShape array_shape(std::span<const std::uint64_t> shape, std::size_t count) {
  ArrayShape result{count, 0, 0, shape.empty() ? 1 : static_cast<std::size_t>(shape.back())};
  std::size_t inner = 1, dimensions = 0;
  for (std::size_t i = shape.size(); i-- > 0 && count > 0;) {
    if (shape[i] == 1) continue;
    if (++dimensions == 2) result.row = inner;
    if (dimensions == 3) result.plane = inner;
    inner *= static_cast<std::size_t>(shape[i]);
  }
  return result;
}

}  // namespace daybreak::codecs
