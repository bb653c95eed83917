#pragma once
// The sum that internal rates are the roots of: p(y) = sum of amount * exp(time * y), with y = -log(1 + rate).
#include <cmath>
#include <vector>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

/// One payment of the sum: amount * exp(time * (y - origin)).
struct Term {
  long double time, amount;
  double size;  // |amount|, or of a payment that stands for others their part of the sum of sizes
  double log_size;
};

/// Payments by time, none of them zero, and how far the sum may be off.
struct PaymentSum {
  std::vector<Term> terms;
  long double origin = 0;  // the y at which the terms have their amounts
  double log_range = 0;    // between the smallest and the largest size
  long double error = 0;   // of the sum, over the sum of its terms' sizes

  long double span() const { return terms.back().time - terms.front().time; }
};

/// exp((time - reference) * away) of rising times, quick where the steps between them are equal.
class Exponentials {
 public:
  static constexpr std::size_t kRoundings = 64;  // of a value, beyond that of its exponent

  Exponentials(long double away, long double reference) : away_(away), reference_(reference) {}

  long double at(long double time) {
    const long double step = time - before_;
    before_ = time;
    // From a value that has underflowed no multiplication leads back.
    if (step == step_ && value_ > kLeast && ++in_row_ < kInRow) return value_ *= factor_;
    if (step != step_) factor_ = std::exp(step * away_);
    step_ = std::abs(step * away_) < kMostAtOnce ? step : -1;
    in_row_ = 0;
    const long double exponent = (time - reference_) * away_;
    return value_ = exponent > kDeepest ? std::exp(exponent) : 0;  // std::exp() itself is slow where it underflows
  }

 private:
  static constexpr int kInRow = 32;  // by multiplication, before one is computed again
  static constexpr long double kLeast = 1e-4900L, kDeepest = -11300, kMostAtOnce = 100;

  long double away_, reference_, before_ = 0, step_ = -1, factor_ = 1, value_ = 1;
  int in_row_ = kInRow;
};

/// A stretch of y.
struct Stretch {
  long double low, high;
  long double width() const { return high - low; }
};

/// The sum of all payments that are not zero.
PaymentSum payment_sum(const CashFlows& flows);

/// The largest term at y, by size.
const Term& largest_at(const PaymentSum& sum, long double y);

/// y below `low` are ruled by the first payment and y above `high` by the last one: no root is there.
/// At least two terms.
Stretch reach_of_roots(const PaymentSum& sum);

/// The same sum on this stretch by fewer terms, or no terms where that would not help.
/// Terms go that are below 1e-26 of one that stays, everywhere in the stretch. Where there are very many, the payments of a short
/// time are replaced by twelve at Chebyshev's nodes of it, such that every exp(time * y) of the stretch is interpolated to
/// 1e-20. O(terms).
PaymentSum shortened(const PaymentSum& sum, const Stretch& where);

}  // namespace daybreak::finance
