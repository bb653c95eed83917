#pragma once
// The middle of some measurements.
#include <algorithm>
#include <cstddef>
#include <vector>

namespace daybreak {

/// The larger one where two are in the middle. Not of nothing.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace daybreak
