#pragma once
// Rates of return and paybacks of many rows of payments at the same times.
#include <span>

namespace daybreak::finance {

/// times, amounts: [payments], by time. The internal rate of return: where the amounts change sign once, the only one, by
/// Newton's method within a bracket, to the last bits; else what internal_rate() selects. NaN where there is none.
double row_rate(std::span<const double> times, std::span<const double> amounts);

/// When the running sum of the amounts is first back at zero or above after it was below, interpolated between payments; 0 where
/// it is never below, NaN where it never returns. factors: [payments] by which the amounts are discounted, or empty.
double row_payback(std::span<const double> times, std::span<const double> amounts, std::span<const double> factors = {});

}  // namespace daybreak::finance
