#include "libcore/finance/flows/present_value.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/flows/payment_sum.h"
#include "libcore/io/json.h"

namespace daybreak::finance {
namespace {

void require_rate(double rate) {
  if (!(rate > -1) || !std::isfinite(rate)) throw usage_error("expected a rate above -1 (0.07 for 7 %), found " + io::Json(rate).dump());
}

/// Neumaier's summation.
class Sum {
 public:
  void add(long double term) {
    const long double next = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const {
    const auto all = static_cast<double>(sum_ + lost_);
    if (!std::isfinite(all))
      throw data_error("", "a present value is beyond what a double holds", "the rate is far too low for payments so late, or the reverse");
    return all;
  }

 private:
  long double sum_ = 0, lost_ = 0;
};

template <class Use>
void for_each_present_value(const CashFlows& flows, double rate, NpvConvention convention, const Use& use) {
  require_rate(rate);
  const long double shift = convention == NpvConvention::excel ? 1 : 0;
  Exponentials discounts(-std::log1p(static_cast<long double>(rate)), -shift);
  for (const CashFlow& flow : flows.flows)
    if (flow.amount != 0) use(flow.amount * discounts.at(flow.time));
}

}  // namespace

double net_present_value(const CashFlows& flows, double rate, NpvConvention convention) {
  Sum sum;
  for_each_present_value(flows, rate, convention, [&](long double value) { sum.add(value); });
  return sum.value();
}

PresentValues present_values(const CashFlows& flows, double rate, NpvConvention convention) {
  Sum inflows, outflows;
  for_each_present_value(flows, rate, convention, [&](long double value) { value > 0 ? inflows.add(value) : outflows.add(-value); });
  return {inflows.value(), outflows.value()};
}

double capital_recovery_factor(double rate, double periods) {
  require_rate(rate);
  if (!(periods > 0)) throw usage_error("expected more than 0 periods, found " + io::Json(periods).dump());
  return rate == 0 ? 1 / periods : rate / -std::expm1(-periods * std::log1p(rate));
}

std::optional<double> equivalent_annual_value(const CashFlows& flows, double rate, double value) {
  const double periods = flows.flows.back().time;
  if (!(periods > 0)) return std::nullopt;
  return value * capital_recovery_factor(rate, periods);
}

double real_rate(double nominal, double inflation) {
  require_rate(nominal);
  require_rate(inflation);
  return (nominal - inflation) / (1 + inflation);
}

}  // namespace daybreak::finance
