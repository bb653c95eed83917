#pragma once
// How many nodes a load keeps busy.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// Waiting work is to be served within a minute, or within a period where that is longer.
constexpr double kDrainTime = 60;

/// The nodes that the arrivals of the period keep busy: no cap at the nodes that there are, unlike a utilization.
inline double arriving_nodes(const Observation& seen, const Setting& setting) {
  return *seen.arrivals / (seen.period_s * setting.service_rate);
}

/// The nodes that serve what waits in its drain time.
inline double waiting_nodes(const Observation& seen, const Setting& setting) {
  return *seen.queue / (std::max(kDrainTime, seen.period_s) * setting.service_rate);
}

/// The smallest number of nodes whose utilization under `demand` (in busy nodes) is not above `target`, at least one and
/// within the setting's bounds. A load that fills its nodes exactly does not ask for another one because of rounding.
inline std::int64_t nodes_at(double demand, double target, const Setting& setting) {
  const double nodes = std::ceil(demand / target * (1 - 1e-12));
  const auto fewest = static_cast<double>(std::max<std::int64_t>(setting.min_nodes, 1));
  return static_cast<std::int64_t>(std::clamp(nodes, fewest, std::max(fewest, static_cast<double>(setting.max_nodes))));
}

}  // namespace daybreak::scaling
