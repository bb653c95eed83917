#pragma once
// Erlang's formulas for k servers: the share of arrivals that find all of them busy, lost (B) or waiting (C).
#include <cstdint>

namespace daybreak::scaling {

/// The loss probability of M/G/k/k. 1/B(k, a) = sum over j = 0..k of (k/a)((k-1)/a)...((k-j+1)/a): terms of one sign that
/// rise while k-j > a and then fall, so nothing cancels and about 40 sqrt(k) of them matter wherever B is above 1e-308.
/// `offered` is the arrival rate times the mean service time, above 0. A loss too small for the type is 0. Cost: O(sqrt(k)).
/// A. K. Erlang, "Solution of some problems in the theory of probabilities", 1917, in this form e.g. in W. Whitt, "The Erlang
/// B and C formulas", 2002.
long double erlang_b(std::int64_t servers, double offered);

/// The probability of waiting in M/M/k, B / ((1 - rho) + rho B); 1 where offered >= servers. Cost as erlang_b().
long double erlang_c(std::int64_t servers, double offered);

}  // namespace daybreak::scaling
