#include "libcore/finance/model/row_returns.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "libcore/finance/flows/internal_rate.h"
#include "libcore/finance/flows/payback.h"

namespace daybreak::finance {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastFactor = 1e-12, kGreatestFactor = 1e12;  // of 1 / (1 + rate)
constexpr int kMostSteps = 100;

bool all_finite(std::span<const double> amounts) {
  return std::all_of(amounts.begin(), amounts.end(), [](double amount) { return std::isfinite(amount); });
}

CashFlows flows_of(std::span<const double> times, std::span<const double> amounts) {
  CashFlows flows;
  for (std::size_t i = 0; i < times.size(); ++i) flows.flows.push_back({times[i], amounts[i]});
  return flows;
}

int changes_of_sign(std::span<const double> amounts) {
  int changes = 0;
  double before = 0;
  for (const double amount : amounts) {
    if (amount == 0) continue;
    if (before != 0 && (before > 0) != (amount > 0)) ++changes;
    before = amount;
  }
  return changes;
}

struct ValueAndSlope {
  double value, slope;
};

/// Of sum(amount * x^time), by Horner's scheme.
ValueAndSlope net_value(std::span<const double> times, std::span<const double> amounts, double x) {
  double value = amounts.back(), slope = 0;
  for (std::size_t i = times.size() - 1; i-- > 0;) {
    const double gap = times[i + 1] - times[i];
    const double power = gap == 1 ? x : std::pow(x, gap);
    slope = slope * power + value * (gap == 1 ? 1 : gap * power / x);
    value = value * power + amounts[i];
  }
  return {value, slope};
}

/// The only place above 0 where the value changes sign; nothing where Newton's method does not arrive.
std::optional<double> only_factor(std::span<const double> times, std::span<const double> amounts, bool rises) {
  double low = kLeastFactor, high = kGreatestFactor, x = 1;
  for (int step = 0; step < kMostSteps; ++step) {
    const auto [value, slope] = net_value(times, amounts, x);
    if (value == 0) return x;
    if ((value > 0) == rises)
      high = x;
    else
      low = x;
    double next = x - value / slope;
    if (!(next > low && next < high)) next = std::sqrt(low * high);
    if (std::abs(next - x) <= 2 * std::numeric_limits<double>::epsilon() * x) return next;
    x = next;
  }
  return std::nullopt;
}

}  // namespace

double row_rate(std::span<const double> times, std::span<const double> amounts) {
  if (!all_finite(amounts)) return kNone;
  const int changes = changes_of_sign(amounts);
  if (changes == 0) return kNone;
  if (changes == 1) {
    bool rises = false;  // with x the later payments count for more
    for (const double amount : amounts)
      if (amount != 0) rises = amount > 0;
    if (const auto factor = only_factor(times, amounts, rises)) return 1 / *factor - 1;
  }
  return internal_rate(flows_of(times, amounts)).selected.value_or(kNone);
}

double row_payback(std::span<const double> times, std::span<const double> amounts, double rate) {
  if (!all_finite(amounts) || !(rate > -1)) return kNone;
  const Payback result = payback(flows_of(times, amounts), rate);
  if (!result.stays) return kNone;
  return result.times.empty() ? 0 : result.times.back();
}

}  // namespace daybreak::finance
