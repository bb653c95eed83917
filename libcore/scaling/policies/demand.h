#pragma once
// How many nodes a load keeps busy.
#include <algorithm>
#include <cstdint>

#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/policies/policy.h"
#include "libcore/scaling/policies/rounding.h"

namespace daybreak::scaling {

/// Waiting work is to be served within a minute, or within a period where that is longer.
constexpr double kDrainTime = 60;

/// Nodes kept busy: below that a ratio of two loads says nothing.
constexpr double kLeastLoad = 0.05;

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
  const std::int64_t fewest = std::max<std::int64_t>(setting.min_nodes, 1);
  return std::clamp(whole_nodes(demand / target * (1 - 1e-12)), fewest, std::max(fewest, setting.max_nodes));
}

}  // namespace daybreak::scaling
