#pragma once
// Whole nodes out of real ones.
#include <algorithm>
#include <cstdint>

namespace daybreak::scaling {

/// The smallest whole number that is not below `nodes`, and a number that no cluster reaches where a metric is absurdly
/// great: a conversion that does not fit is undefined. `nodes` is at least 0. (std::ceil is a call on processors that a
/// package is built for, and replays round a hundred million times.)
inline std::int64_t whole_nodes(double nodes) {
  constexpr double kMost = 1e15;
  const double possible = std::min(nodes, kMost);
  const auto below = static_cast<std::int64_t>(possible);
  return below + (static_cast<double>(below) < possible ? 1 : 0);
}

}  // namespace daybreak::scaling
