#pragma once
// Whole nodes out of real ones.
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace daybreak::scaling {

/// ceil(nodes), and a number that no cluster reaches where a metric is absurdly great: a conversion that does not fit is
/// undefined. `nodes` is at least 0.
inline std::int64_t whole_nodes(double nodes) {
  constexpr double kMost = 1e15;
  return static_cast<std::int64_t>(std::ceil(std::min(nodes, kMost)));
}

}  // namespace daybreak::scaling
