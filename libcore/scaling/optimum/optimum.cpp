#include "libcore/scaling/optimum/optimum.h"

#include <algorithm>
#include <limits>

namespace daybreak::scaling {
namespace {

/// What x nodes cost in a slot.
double slot_cost(std::int64_t x, std::span<const PricedNodes> prices) {
  if (prices.empty()) return static_cast<double>(x);
  double cost = 0;
  for (const PricedNodes& tier : prices.first(prices.size() - 1)) {
    const std::int64_t taken = std::min(x, tier.count);
    cost += tier.price * static_cast<double>(taken);
    x -= taken;
  }
  return cost + prices.back().price * static_cast<double>(x);
}

/// The counts that the demand takes, from none on, and those at which the price changes.
std::vector<std::int64_t> counts_of(const std::vector<std::int64_t>& demand, std::span<const PricedNodes> prices) {
  std::vector<std::int64_t> counts = demand;
  counts.push_back(0);
  const std::int64_t most = *std::max_element(demand.begin(), demand.end());
  std::int64_t end = 0;
  for (const PricedNodes& tier : prices)
    if ((end += std::min(tier.count, most - end)) < most) counts.push_back(end);
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

}  // namespace

double optimal_cost(const std::vector<std::int64_t>& demand, double start_cost, const StopToken& stop,
                    std::span<const PricedNodes> prices) {
  if (demand.empty()) return 0;
  constexpr double kImpossible = std::numeric_limits<double>::infinity();
  const std::vector<std::int64_t> counts = counts_of(demand, prices);
  std::vector<double> costs, rises;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    costs.push_back(slot_cost(counts[i], prices));
    rises.push_back(i == 0 ? 0 : start_cost * static_cast<double>(counts[i] - counts[i - 1]));
  }
  std::vector<double> value(counts.size(), 0.0);  // the least cost so far with counts[i] nodes now
  for (std::size_t t = 0; t < demand.size(); ++t) {
    if (t % 256 == 0) stop.check();
    if (t > 0) {
      for (std::size_t i = value.size() - 1; i-- > 0;) value[i] = std::min(value[i], value[i + 1]);             // stop some
      for (std::size_t i = 1; i < value.size(); ++i) value[i] = std::min(value[i], value[i - 1] + rises[i]);  // start some
    }
    const auto needed = static_cast<std::size_t>(std::lower_bound(counts.begin(), counts.end(), demand[t]) - counts.begin());
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = i < needed ? kImpossible : value[i] + costs[i];
  }
  return *std::min_element(value.begin(), value.end());
}

}  // namespace daybreak::scaling
