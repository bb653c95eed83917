#pragma once
// The cheapest plan that a clairvoyant could follow, as an integer program: the yardstick of every policy.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::scaling {

/// The least cost of node counts x_t >= demand_t, as of one who knows all of them beforehand: prices[j] for the node j + 1 in
/// each slot (1 where prices is empty; the last holds for all further ones; they must not fall), and `start_cost` for each
/// rise by one. The counts before the first slot are free. Exact, by dynamic programming in two sweeps a slot (Lin,
/// Wierman, Andrew and Thereska, INFOCOM 2011): O(slots * largest demand) time, O(largest demand) memory.
double optimal_cost(const std::vector<std::int64_t>& demand, double start_cost, const StopToken& stop,
                    std::span<const double> prices = {});

}  // namespace daybreak::scaling
