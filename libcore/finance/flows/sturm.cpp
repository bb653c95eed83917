#include "libcore/finance/flows/sturm.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace daybreak::finance {
namespace {

constexpr int kMantissaBits = std::numeric_limits<double>::digits;

/// The exponents of the lowest and the highest bit that a number which is not 0 may have.
struct Bits {
  int low, high;
};

Bits bits_of(std::span<const double> coefficients) {
  Bits all{std::numeric_limits<int>::max(), std::numeric_limits<int>::min()};
  for (const double coefficient : coefficients) {
    if (coefficient == 0) continue;
    int exponent = 0;
    std::frexp(coefficient, &exponent);
    all = {std::min(all.low, exponent - kMantissaBits), std::max(all.high, exponent)};
  }
  return all;
}

BigInteger power(const BigInteger& base, std::size_t exponent) {
  BigInteger result = 1;
  for (std::size_t i = 0; i < exponent; ++i) result = result * base;
  return result;
}

BigInteger absolute(const BigInteger& value) {
  return value.sign() < 0 ? -value : value;
}

/// |lead|^(degree(a) - degree(b) + 1) * a modulo b: the pseudo-remainder, with a factor above 0.
std::vector<BigInteger> remainder_of(std::vector<BigInteger> a, const std::vector<BigInteger>& b) {
  const BigInteger lead = absolute(b.back());
  for (const std::size_t last = b.size() - 1; a.size() >= b.size();) {
    const BigInteger top = b.back().sign() < 0 ? -a.back() : a.back();
    const std::size_t shift = a.size() - b.size();
    for (BigInteger& coefficient : a) coefficient = coefficient * lead;
    for (std::size_t i = 0; i <= last; ++i) a[i + shift] = a[i + shift] - top * b[i];
    a.pop_back();
  }
  while (!a.empty() && a.back().sign() == 0) a.pop_back();
  return a;
}

}  // namespace

SturmChain::SturmChain(std::span<const double> coefficients) {
  const int low = bits_of(coefficients).low;
  Polynomial first, second;
  for (std::size_t k = 0; k < coefficients.size(); ++k) {
    int exponent = 0;
    const double mantissa = std::ldexp(std::frexp(coefficients[k], &exponent), kMantissaBits);
    const int shift = coefficients[k] == 0 ? 0 : exponent - kMantissaBits - low;
    first.push_back(BigInteger(static_cast<std::int64_t>(mantissa)) << static_cast<std::size_t>(shift));
    if (k > 0) second.push_back(first.back() * BigInteger(static_cast<std::int64_t>(k)));
  }
  chain_ = {first, second};
  BigInteger lead = 1, psi = 1;  // the divisors that keep the coefficients as small as determinants, by absolute value
  while (chain_.back().size() > 1) {
    const Polynomial& a = chain_[chain_.size() - 2];
    const Polynomial& b = chain_.back();
    const std::size_t delta = a.size() - b.size();
    Polynomial rest = remainder_of(a, b);
    if (rest.empty()) return;
    const BigInteger divisor = lead * power(psi, delta);
    for (BigInteger& coefficient : rest) coefficient = -coefficient.exactly_by(divisor);
    lead = absolute(b.back());
    if (delta > 0) psi = power(lead, delta).exactly_by(power(psi, delta - 1));
    chain_.push_back(std::move(rest));
  }
}

int SturmChain::sign_of(const Polynomial& polynomial, const Dyadic& x) {
  // Horner's rule; with a negative exponent all is multiplied by 2^(-exponent * degree).
  const BigInteger mantissa = x.mantissa;
  const auto up = static_cast<std::size_t>(std::max(x.exponent, 0)), down = static_cast<std::size_t>(std::max(-x.exponent, 0));
  BigInteger value;
  for (std::size_t k = polynomial.size(), step = 0; k-- > 0; ++step)
    value = ((value * mantissa) << up) + (polynomial[k] << down * step);
  return value.sign();
}

int SturmChain::sign_at(const Dyadic& x) const {
  return sign_of(chain_.front(), x);
}

int SturmChain::changes_at(const Dyadic& x) const {
  int changes = 0, before = 0;
  for (const Polynomial& polynomial : chain_) {
    const int here = sign_of(polynomial, x);
    if (here != 0 && before == -here) ++changes;
    if (here != 0) before = here;
  }
  return changes;
}

double sturm_cost(std::span<const double> coefficients) {
  const auto [low, high] = bits_of(coefficients);
  const auto degree = static_cast<double>(coefficients.size());
  const double limbs = 2 * degree * (high - low) / 64 + 1;
  return 3 * degree * degree * limbs * limbs;
}

}  // namespace daybreak::finance
