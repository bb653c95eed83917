#pragma once
// The cheapest plan that a clairvoyant could follow, as an integer program: the yardstick of every policy.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::scaling {

/// Nodes of one price a slot.
struct PricedNodes {
  double price = 1;
  std::int64_t count = 0;
};

/// The least cost of node counts x_t >= demand_t, as of one who knows all of them beforehand: the first nodes cost what
/// prices[0] says, the next ones what prices[1] says, and so on (1 where prices is empty; the last holds for all further ones;
/// they must not fall), and `start_cost` is paid for each rise by one. The counts before the first slot are free. Exact, by
/// dynamic programming in two sweeps a slot (Lin, Wierman, Andrew and Thereska, INFOCOM 2011) over the counts that the demand
/// takes, for nodes between two of them are always needed together: O(slots * distinct demands) time, O(distinct demands)
/// memory, however many nodes there are.
double optimal_cost(const std::vector<std::int64_t>& demand, double start_cost, const StopToken& stop,
                    std::span<const PricedNodes> prices = {});

}  // namespace daybreak::scaling
