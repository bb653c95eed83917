#pragma once
// How many real roots a polynomial has between two places, in exact arithmetic.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/finance/flows/big_integer.h"

namespace daybreak::finance {

/// mantissa * 2^exponent, exactly.
struct Dyadic {
  std::int64_t mantissa;
  int exponent;
};

/// Sturm's chain of a polynomial by the subresultant algorithm (Knuth, The Art of Computer Programming, volume 2, 4.6.1),
/// with the signs that the count needs. Multiple roots count once.
class SturmChain {
 public:
  /// coefficients[k] belongs to x^k and is finite; the last is not 0. O(degree^4 * (bits / 64)^2).
  explicit SturmChain(std::span<const double> coefficients);

  /// Distinct roots in (low, high], where neither end is a multiple root; 0 < low < high.
  int roots_between(const Dyadic& low, const Dyadic& high) const { return changes_at(low) - changes_at(high); }
  /// Of the polynomial, at a place above 0.
  int sign_at(const Dyadic& x) const;
  /// True where x is a root of the polynomial and of its derivative.
  bool is_multiple_root(const Dyadic& x) const { return chain_.back().size() > 1 && sign_of(chain_.back(), x) == 0; }

 private:
  using Polynomial = std::vector<BigInteger>;  // of x^0, x^1, ...

  static int sign_of(const Polynomial& polynomial, const Dyadic& x);
  int changes_at(const Dyadic& x) const;

  std::vector<Polynomial> chain_;
};

/// How many operations on 64-bit words the chain costs, about.
double sturm_cost(std::span<const double> coefficients);

}  // namespace daybreak::finance
