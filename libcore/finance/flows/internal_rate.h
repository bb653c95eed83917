#pragma once
// Every internal rate of return of a series of payments, not only the one that a starting guess happens to find.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

enum class RateStatus { one, multiple, none, all_zero, no_sign_change };
std::string_view rate_status_name(RateStatus status);

/// Which of several roots is "the" rate.
enum class RootRule { nearest_zero, smallest_positive };

struct InternalRate {
  RateStatus status;
  std::vector<double> roots;       // all rates above -1, ascending
  int sign_changes = 0;            // Descartes: there are at most so many roots, and fewer by an even number
  bool norstrom_unique = false;    // the running sums change sign once: exactly one positive root
  std::optional<double> selected;  // by the rule; nothing where there is none
  double residual = 0;             // the net present value at the selected rate, over the sum of |amount|
};

/// Solves p(y) = sum(amount * exp(time * y)) = 0 for y = -log(1 + rate). Descartes: p has at most as many roots as its
/// amounts have changes of sign. The derivative of exp(-t * y) * p(y), with t between the times of one such change, has one
/// change fewer, and between two roots of p lies one of its roots (Rolle); so the recursion, as deep as there are changes,
/// isolates every root, also for fractional times. A place where the curve touches zero without crossing is a root of that
/// derivative at which p vanishes to rounding. O(changes^2) evaluations of O(n).
InternalRate internal_rate(const CashFlows& flows, RootRule rule = RootRule::nearest_zero);

}  // namespace daybreak::finance
