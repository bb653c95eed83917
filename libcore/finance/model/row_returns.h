#pragma once
// Rates of return and paybacks of many rows of payments at the same times.
#include <span>

namespace daybreak::finance {

/// times, amounts: [payments], by time. The internal rate of return: where the amounts change sign once, the only one, by
/// Newton's method within a bracket, to the last bits; else what internal_rate() selects. NaN where there is none.
double row_rate(std::span<const double> times, std::span<const double> amounts);

/// When the money is back for good: the last time of payback(), discounted by `rate`; 0 where nothing was ever owed, NaN where it
/// never comes back, and for a rate of -1 or less.
double row_payback(std::span<const double> times, std::span<const double> amounts, double rate);

}  // namespace daybreak::finance
