#include "libcore/scaling/optimum/clairvoyant.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/optimum/optimum.h"

namespace daybreak::scaling {
namespace {

double slot_price(const NodePool& pool, bool spot, double slot_s) {
  return pool.price(spot) * slot_s / 3600;
}

/// What the pools have, at prices a slot, the cheapest first.
std::vector<PricedNodes> stocks_of(const std::vector<NodePool>& pools, double slot_s) {
  std::vector<PricedNodes> stocks;
  for (const NodePool& pool : pools) {
    const auto spot = static_cast<std::int64_t>(std::ceil(pool.spot_share * static_cast<double>(pool.capacity)));
    stocks.push_back({slot_price(pool, true, slot_s), spot});
    stocks.push_back({slot_price(pool, false, slot_s), pool.capacity - spot});
  }
  std::erase_if(stocks, [](const PricedNodes& stock) { return stock.count <= 0; });
  std::stable_sort(stocks.begin(), stocks.end(), [](const PricedNodes& a, const PricedNodes& b) { return a.price < b.price; });
  return stocks;
}

/// Time for which a node of the pool is billed before it serves: decisions fall on the ends of slots.
double booting_s(const NodePool& pool, const ClusterOptions& cluster, double slot_s) {
  const auto whole_slots = [&](double delay_s) { return slot_s * std::ceil(delay_s / slot_s * (1 - 1e-12)); };
  if (pool.start_delay_s || cluster.start_delays_s.empty()) return whole_slots(pool.start_delay_s.value_or(cluster.start_delay_s));
  double sum = 0;
  for (const double delay : cluster.start_delays_s) sum += whole_slots(delay);
  return sum / static_cast<double>(cluster.start_delays_s.size());
}

std::vector<std::int64_t> demand_of(const Trace& trace, double usable_rate, const LimitOptions& limits,
                                    std::span<const PricedNodes> stocks) {
  std::int64_t had = 0;
  for (const PricedNodes& stock : stocks) had += stock.count;
  std::vector<std::int64_t> demand;
  for (const double arrivals : trace.arrivals)
    demand.push_back(std::min(std::clamp(nodes_for(arrivals / trace.slot_s, usable_rate), limits.min_nodes, limits.max_nodes), had));
  return demand;
}

}  // namespace

Clairvoyant clairvoyant(const Trace& trace, double mu, const ClusterOptions& cluster, const LimitOptions& limits, const StopToken& stop) {
  std::vector<NodePool> pools = cluster.node_pools();
  std::erase_if(pools, [](const NodePool& pool) { return pool.capacity <= 0; });
  const std::vector<PricedNodes> stocks = stocks_of(pools, trace.slot_s);
  const std::vector<std::int64_t> demand = demand_of(trace, mu * cluster.band_high, limits, stocks);
  const std::int64_t most = *std::max_element(demand.begin(), demand.end());
  double quickest_s = booting_s(pools.front(), cluster, trace.slot_s);
  for (const NodePool& pool : pools) quickest_s = std::min(quickest_s, booting_s(pool, cluster, trace.slot_s));
  const double cheapest = stocks.front().price;
  const double start = cheapest * (cluster.start_cost_min * 60 + quickest_s) / trace.slot_s;
  const NodePool& first = pools.front();
  const bool exact = first.capacity >= most && first.spot_share == 0 && cheapest == slot_price(first, false, trace.slot_s) &&
                     quickest_s == booting_s(first, cluster, trace.slot_s);
  return {optimal_cost(demand, start, stop, stocks),
          std::string("dynamic programming over node counts, clairvoyant, utilization never above the band") +
              (exact ? "" : "; a bound from below, for the pools of nodes differ")};
}

}  // namespace daybreak::scaling
