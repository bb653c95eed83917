#include "libcore/scaling/optimum/optimum.h"

#include <algorithm>
#include <limits>

namespace daybreak::scaling {
namespace {

/// What x nodes cost in a slot, for x = 0 ... most.
std::vector<double> slot_costs(std::size_t most, std::span<const double> prices) {
  std::vector<double> costs(most + 1, 0.0);
  for (std::size_t x = 1; x <= most; ++x) costs[x] = costs[x - 1] + (prices.empty() ? 1.0 : prices[std::min(x, prices.size()) - 1]);
  return costs;
}

}  // namespace

double optimal_cost(const std::vector<std::int64_t>& demand, double start_cost, const StopToken& stop, std::span<const double> prices) {
  if (demand.empty()) return 0;
  constexpr double kImpossible = std::numeric_limits<double>::infinity();
  // More nodes than the largest demand never help.
  const auto most = static_cast<std::size_t>(*std::max_element(demand.begin(), demand.end()));
  const std::vector<double> costs = slot_costs(most, prices);
  std::vector<double> value(most + 1, 0.0);  // value[x]: the least cost so far with x nodes now
  for (std::size_t t = 0; t < demand.size(); ++t) {
    if (t % 256 == 0) stop.check();
    if (t > 0) {
      for (std::size_t x = most; x-- > 0;) value[x] = std::min(value[x], value[x + 1]);                 // stop one
      for (std::size_t x = 1; x <= most; ++x) value[x] = std::min(value[x], value[x - 1] + start_cost);  // start one
    }
    const auto needed = static_cast<std::size_t>(demand[t]);
    for (std::size_t x = 0; x <= most; ++x) value[x] = x < needed ? kImpossible : value[x] + costs[x];
  }
  return *std::min_element(value.begin(), value.end());
}

}  // namespace daybreak::scaling
