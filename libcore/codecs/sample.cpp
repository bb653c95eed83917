#include "libcore/codecs/sample.h"

#include <algorithm>

namespace daybreak::codecs {
namespace {

constexpr std::size_t kMostParts = 4;
// Fewer steps side by side would not show what a prediction down the column or into the depth is worth.
constexpr std::size_t kFewestRows = 8, kFewestPlanes = 2;

/// An array as [outer, middle, inner]: the axis to sample along, and what lies within one step of it.
struct SampledAxis {
  std::size_t axis = 0, outer = 1, middle = 1, inner_bytes = 0;
};

/// The first axis of whose steps two fit a sample.
SampledAxis sampled_axis(std::span<const std::uint64_t> shape, std::size_t array_bytes, std::size_t bytes) {
  SampledAxis found{0, 1, static_cast<std::size_t>(shape[0]), array_bytes / static_cast<std::size_t>(shape[0])};
  while (2 * found.inner_bytes > bytes && found.axis + 1 < shape.size()) {
    found.outer *= found.middle;
    found.middle = static_cast<std::size_t>(shape[++found.axis]);
    found.inner_bytes /= found.middle;
  }
  return found;
}

/// So many steps of an axis, at the places of `parts` stretches of equal length: where each begins.
std::vector<std::size_t> begins(std::size_t steps, std::size_t length, std::size_t parts) {
  if (parts == 1) return {(steps - length) / 2};
  std::vector<std::size_t> found;
  for (std::size_t part = 0; part < parts; ++part) found.push_back((steps - length) * part / (parts - 1));
  return found;
}

}  // namespace

Sample sample_of(std::span<const std::uint64_t> shape, ByteSpan data, std::size_t bytes) {
  if (data.size() <= 2 * bytes || shape.empty()) return {{shape.begin(), shape.end()}, {data.begin(), data.end()}};
  const SampledAxis along = sampled_axis(shape, data.size(), bytes);
  const std::size_t rows = std::min(along.outer, kFewestRows);
  const std::size_t steps = std::clamp<std::size_t>(bytes / (rows * along.inner_bytes), 1, along.middle);
  const std::size_t fewest = along.axis + 2 < shape.size() ? kFewestPlanes : kFewestRows;
  const std::size_t parts = along.outer > 1 ? 1 : std::clamp<std::size_t>(steps / fewest, 1, kMostParts);
  const std::size_t length = steps / parts;
  Sample sample;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t at = ((along.outer - rows) / 2 + row) * along.middle;
    for (const std::size_t from : begins(along.middle, length, parts)) {
      const ByteSpan piece = data.subspan((at + from) * along.inner_bytes, length * along.inner_bytes);
      sample.data.insert(sample.data.end(), piece.begin(), piece.end());
    }
  }
  if (along.outer > 1) sample.shape.push_back(rows);
  sample.shape.push_back(length * parts);
  sample.shape.insert(sample.shape.end(), shape.begin() + static_cast<std::ptrdiff_t>(along.axis) + 1, shape.end());
  return sample;
}

}  // namespace daybreak::codecs
