#include "libcore/finance/flows/internal_rate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/finance/flows/exact_roots.h"
#include "libcore/finance/flows/payment_sum.h"
#include "libcore/finance/flows/root_isolation.h"

namespace daybreak::finance {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr int kMostGuesses = 100;

int sign_changes(const PaymentSum& sum) {
  int changes = 0;
  for (std::size_t i = 0; i + 1 < sum.terms.size(); ++i) changes += (sum.terms[i].amount > 0) != (sum.terms[i + 1].amount > 0);
  return changes;
}

bool norstrom(const PaymentSum& sum) {
  long double running = 0;
  int changes = 0, sign = 0;
  for (const Term& term : sum.terms) {
    running += term.amount;
    const int here = running > 0 ? 1 : running < 0 ? -1 : 0;
    if (here != 0 && sign != 0 && here != sign) ++changes;
    if (here != 0) sign = here;
  }
  return changes == 1 && running != 0;
}

struct Value {
  long double sum = 0, slope = 0, size = 0;  // p, its derivative after division by the largest exponential, and sum |term|
};

/// At a root the slope does not depend on what p is divided by.
Value value_at(const PaymentSum& sum, long double y) {
  const Term& ruler = largest_at(sum, y);
  Exponentials exponentials(y, ruler.time);
  Value value;
  for (const Term& term : sum.terms) {
    const long double part = term.amount * (exponentials.at(term.time) / ruler.size);
    value.sum += part;
    value.slope += part * (term.time - ruler.time);
    value.size += std::abs(part);
  }
  return value;
}

/// Collects roots as rates.
class Rates {
 public:
  Rates(const PaymentSum& sum, InternalRate& result) : sum_(sum), result_(result) {}

  void add(const RootPlace& place) {
    if (place.one) return add_root(place.y, false);
    if (!exact_) exact_.emplace(sum_);
    if (exact_->possible()) {
      for (const ExactRoot& root : exact_->roots_in(place.where)) add_root(root.y, root.multiple);
      return;
    }
    result_.count_proved = false;
    add_root(place.y, place.sign_at_low * place.sign_at_high >= 0);
  }

  /// From the smallest rate, which has the largest y.
  void finish() {
    std::reverse(result_.roots.begin(), result_.roots.end());
    std::reverse(result_.factors.begin(), result_.factors.end());
    std::reverse(result_.conditions.begin(), result_.conditions.end());
  }

 private:
  void add_root(long double y, bool multiple) {
    const auto rate = static_cast<double>(std::expm1(-y) + 0.0L);  // no -0
    if (!std::isfinite(rate)) {
      ++result_.beyond_double;
      return;
    }
    const Value value = value_at(sum_, y);
    result_.roots.push_back(rate);
    result_.factors.push_back(static_cast<double>(std::exp(-y)));
    result_.conditions.push_back(multiple ? kInfinite : static_cast<double>(std::exp(-y) * value.size / std::abs(value.slope)));
  }

  const PaymentSum& sum_;
  std::optional<ExactRoots> exact_;
  InternalRate& result_;
};

double nearest(std::span<const double> roots, double to) {
  return *std::min_element(roots.begin(), roots.end(), [&](double a, double b) { return std::abs(a - to) < std::abs(b - to); });
}

/// Newton's method on the present value as a function of the rate; the guess itself where it leads nowhere.
double newton(const CashFlows& flows, double guess) {
  double rate = guess;
  for (int i = 0; i < kMostGuesses; ++i) {
    double value = 0, slope = 0;
    for (const CashFlow& flow : flows.flows) {
      const double part = flow.amount * std::pow(1 + rate, -flow.time);
      value += part;
      slope -= flow.time * part / (1 + rate);
    }
    const double next = rate - value / slope;
    if (!(next > -1) || !std::isfinite(next)) return guess;
    if (std::abs(next - rate) <= 1e-9 * (1 + std::abs(next))) return next;
    rate = next;
  }
  return guess;
}

}  // namespace

std::string_view rate_status_name(RateStatus status) {
  switch (status) {
    case RateStatus::one: return "ok";
    case RateStatus::multiple: return "multiple";
    case RateStatus::none: return "none";
    case RateStatus::all_zero: return "all-zero";
    case RateStatus::no_sign_change: break;
  }
  return "no-sign-change";
}

std::optional<double> select_root(const CashFlows& flows, std::span<const double> roots, const RootChoice& choice) {
  if (roots.empty()) return std::nullopt;
  const std::span<const double> positive =
      roots.subspan(static_cast<std::size_t>(std::upper_bound(roots.begin(), roots.end(), 0.0) - roots.begin()));
  const std::span<const double> not_negative =
      roots.subspan(static_cast<std::size_t>(std::lower_bound(roots.begin(), roots.end(), 0.0) - roots.begin()));
  switch (choice.rule) {
    case RootRule::nearest_zero: return nearest(roots, 0);
    case RootRule::smallest_positive: return positive.empty() ? std::nullopt : std::optional(positive.front());
    case RootRule::excel: return nearest(roots, newton(flows, choice.guess));
    case RootRule::npf: break;
  }
  return not_negative.empty() ? nearest(roots, 0) : not_negative.front();
}

InternalRate internal_rate(const CashFlows& flows, const RootChoice& choice) {
  const PaymentSum sum = payment_sum(flows);
  InternalRate result{};
  result.status = RateStatus::all_zero;
  if (sum.terms.empty()) return result;
  result.sign_changes = sign_changes(sum);
  result.norstrom_unique = norstrom(sum);
  result.status = RateStatus::no_sign_change;
  if (result.sign_changes == 0) return result;

  Rates rates(sum, result);
  for (const RootPlace& place : isolate_roots(sum)) rates.add(place);
  rates.finish();
  result.status = result.roots.empty() ? RateStatus::none : result.roots.size() == 1 ? RateStatus::one : RateStatus::multiple;
  result.selected = select_root(flows, result.roots, choice);
  if (result.selected) {
    const Value value = value_at(sum, -std::log1p(static_cast<long double>(*result.selected)));
    result.residual = static_cast<double>(value.sum / value.size);
  }
  return result;
}

}  // namespace daybreak::finance
