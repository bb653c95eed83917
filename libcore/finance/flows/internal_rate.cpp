#include "libcore/finance/flows/internal_rate.h"

#include <algorithm>
#include <cmath>

#include "libcore/finance/flows/root_finding.h"

namespace daybreak::finance {
namespace {

/// How near zero a touching point counts as a root, relative to the sum of the terms' sizes: the rounding of the input.
constexpr long double kTouch = 8e-16L;
/// Rates beyond these are no answer to a question about money: 1 + rate from 1e-12 to 1e12.
constexpr long double kFarthest = 27.6L;

struct Term {
  long double time, amount;
};
using Terms = std::vector<Term>;

struct Value {
  long double sum, size;  // sum of the terms and of their absolute values, both over the largest exponential
};

Value evaluate(const Terms& terms, long double y) {
  const long double shift = std::max(terms.front().time * y, terms.back().time * y);
  Value value{0, 0};
  for (const Term& term : terms) {
    const long double part = term.amount * std::exp(term.time * y - shift);
    value.sum += part;
    value.size += std::abs(part);
  }
  return value;
}

std::vector<std::size_t> sign_changes(const Terms& terms) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i + 1 < terms.size(); ++i)
    if ((terms[i].amount > 0) != (terms[i + 1].amount > 0)) at.push_back(i);
  return at;
}

/// The derivative of exp(-t*y) * p(y), with t in the middle change of sign; amounts rescaled to stay in range.
Terms with_one_change_fewer(const Terms& terms, const std::vector<std::size_t>& changes) {
  const std::size_t i = changes[changes.size() / 2];
  const long double t = (terms[i].time + terms[i + 1].time) / 2;
  Terms derivative = terms;
  long double largest = 0;
  for (Term& term : derivative) {
    term.amount *= term.time - t;
    largest = std::max(largest, std::abs(term.amount));
  }
  for (Term& term : derivative) term.amount /= largest;
  return derivative;
}

/// -1, 0 or 1; 0 is "vanishes to rounding".
int sign_at(const Terms& terms, long double y) {
  const Value value = evaluate(terms, y);
  if (std::abs(value.sum) <= kTouch * value.size) return 0;
  return value.sum > 0 ? 1 : -1;
}

std::vector<long double> roots_of(const Terms& terms) {
  const auto changes = sign_changes(terms);
  if (changes.empty()) return {};
  std::vector<long double> edges = roots_of(with_one_change_fewer(terms, changes));
  edges.insert(edges.begin(), -kFarthest);
  edges.push_back(kFarthest);

  std::vector<long double> roots;
  int before = sign_at(terms, edges[0]);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const int here = sign_at(terms, edges[i]);
    if (here == 0) roots.push_back(edges[i]);
    else if (before == -here)
      roots.push_back(root_between([&](long double y) { return evaluate(terms, y).sum; }, edges[i - 1], edges[i]));
    before = here;
  }
  return roots;
}

bool norstrom(const Terms& terms) {
  long double sum = 0;
  int changes = 0, sign = 0;
  for (const Term& term : terms) {
    sum += term.amount;
    const int here = sum > 0 ? 1 : sum < 0 ? -1 : 0;
    if (here != 0 && sign != 0 && here != sign) ++changes;
    if (here != 0) sign = here;
  }
  return changes == 1 && sum != 0;
}

std::optional<double> select(const std::vector<double>& roots, RootRule rule) {
  std::optional<double> best;
  for (const double root : roots) {
    if (rule == RootRule::smallest_positive && root <= 0) continue;
    if (!best || std::abs(root) < std::abs(*best)) best = root;
  }
  return best;
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

InternalRate internal_rate(const CashFlows& flows, RootRule rule) {
  Terms terms;
  for (const CashFlow& flow : flows.flows)
    if (flow.amount != 0) terms.push_back({flow.time, flow.amount});
  InternalRate result{RateStatus::all_zero, {}, 0, false, std::nullopt, 0};
  if (terms.empty()) return result;
  result.sign_changes = static_cast<int>(sign_changes(terms).size());
  result.norstrom_unique = norstrom(terms);
  result.status = RateStatus::no_sign_change;
  if (result.sign_changes == 0) return result;

  for (const long double y : roots_of(terms)) result.roots.push_back(static_cast<double>(std::expm1(-y)));
  std::sort(result.roots.begin(), result.roots.end());
  result.status = result.roots.empty() ? RateStatus::none : result.roots.size() == 1 ? RateStatus::one : RateStatus::multiple;
  result.selected = select(result.roots, rule);
  if (result.selected) {
    const Value value = evaluate(terms, -std::log1p(static_cast<long double>(*result.selected)));
    result.residual = static_cast<double>(value.sum / value.size);
  }
  return result;
}

}  // namespace daybreak::finance
