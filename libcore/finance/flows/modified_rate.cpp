#include "libcore/finance/flows/modified_rate.h"

#include <cmath>

#include "libcore/finance/flows/present_value.h"

namespace daybreak::finance {

std::optional<double> modified_rate(const CashFlows& flows, double finance_rate, double reinvest_rate) {
  const double horizon = flows.flows.back().time;
  const double outflows = present_values(flows, finance_rate).outflows, inflows = present_values(flows, reinvest_rate).inflows;
  if (!(horizon > 0) || !(inflows > 0) || !(outflows > 0)) return std::nullopt;
  // The future value is the present one times (1 + reinvest_rate)^horizon.
  return std::expm1(std::log(inflows / outflows) / horizon + std::log1p(reinvest_rate));
}

}  // namespace daybreak::finance
