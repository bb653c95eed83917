#include "libcore/scaling/optimum/optimum.h"

#include <algorithm>
#include <limits>

namespace daybreak::scaling {

double optimal_cost(const std::vector<std::int64_t>& demand, double start_units, const StopToken& stop) {
  if (demand.empty()) return 0;
  constexpr double kImpossible = std::numeric_limits<double>::infinity();
  const auto most = static_cast<std::size_t>(*std::max_element(demand.begin(), demand.end()));
  std::vector<double> value(most + 1, 0.0);  // value[x]: the least cost so far with x nodes now
  for (std::size_t t = 0; t < demand.size(); ++t) {
    if (t % 256 == 0) stop.check();
    if (t > 0) {
      for (std::size_t x = most; x-- > 0;) value[x] = std::min(value[x], value[x + 1]);           // stop one
      for (std::size_t x = 1; x <= most; ++x) value[x] = std::min(value[x], value[x - 1] + start_units);  // start one
    }
    const auto needed = static_cast<std::size_t>(demand[t]);
    for (std::size_t x = 0; x <= most; ++x) value[x] = x < needed ? kImpossible : value[x] + static_cast<double>(x);
  }
  return *std::min_element(value.begin(), value.end());
}

}  // namespace daybreak::scaling
