#pragma once
// Every internal rate of return of a series of payments, not only the one that a starting guess happens to find.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

enum class RateStatus { one, multiple, none, all_zero, no_sign_change };
std::string_view rate_status_name(RateStatus status);

/// Which of several roots is "the" rate.
enum class RootRule {
  nearest_zero,
  smallest_positive,
  excel,  // the one to which Newton's method leads from the guess, as spreadsheets search; else the one nearest to the guess
  npf,    // nearest to zero among those that are not negative, else among all: numpy-financial 1.1
};

struct RootChoice {
  RootRule rule = RootRule::nearest_zero;
  double guess = 0.1;
};

struct InternalRate {
  RateStatus status;
  std::vector<double> roots;       // all rates above -1, ascending; equal ones differ by less than a double tells
  std::vector<double> factors;     // 1 + rate of each, with all digits also where the rate is next to -1
  std::vector<double> conditions;  // of each root: by how much it moves, at most, for a unit of relative change of all payments;
                                   // infinite for a multiple root
  int sign_changes = 0;            // Descartes: there are at most so many roots, and fewer by an even number
  bool norstrom_unique = false;    // the running sums change sign once: exactly one positive root
  bool count_proved = true;        // false where the curve touches zero so closely that rounding hides whether it crosses
  int beyond_double = 0;           // roots of more than 1.8e308, which are not among `roots`
  std::optional<double> selected;  // by the rule; nothing where there is none
  double residual = 0;             // the net present value at the selected rate, over the sum of the sizes of its terms
};

/// Solves p(y) = sum(amount * exp(time * y)) = 0 for y = -log(1 + rate). Roots are isolated with bounds of all errors (see
/// isolate_roots()). Where these bounds cannot tell whether the curve crosses zero twice, touches it or misses it, and the
/// times are multiples of a common unit, Sturm's chain in exact arithmetic decides, for the very doubles that were given.
InternalRate internal_rate(const CashFlows& flows, const RootChoice& choice = {});

/// One of some roots, ascending, or nothing where there is none that the rule allows.
std::optional<double> select_root(const CashFlows& flows, std::span<const double> roots, const RootChoice& choice);

}  // namespace daybreak::finance
