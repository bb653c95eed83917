#pragma once
// The cheapest plan that a clairvoyant could follow: the yardstick of every policy.
#include <cstdint>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::scaling {

/// The least cost of node counts x_t >= demand_t: one unit for each node and slot, and `start_units` for each rise by one.
/// The counts before the first slot are free. Exact, by dynamic programming in two sweeps a slot (a rise costs
/// start_units a node, a fall nothing): O(slots * largest demand) time, O(largest demand) memory.
double optimal_cost(const std::vector<std::int64_t>& demand, double start_units, const StopToken& stop);

}  // namespace daybreak::scaling
