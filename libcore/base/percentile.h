#pragma once
// Percentiles of what was measured or simulated.
#include <algorithm>
#include <cmath>
#include <span>

namespace daybreak {

/// The value that `percent` percent of the sorted values do not exceed (nearest rank). Not of nothing.
inline double sorted_percentile(std::span<const double> sorted, double percent) {
  const double rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace daybreak
