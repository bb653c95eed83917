#include "libcore/finance/chance/incomplete_beta.h"

#include <cmath>
#include <limits>

namespace daybreak::finance {
namespace {

/// 1 / (1 + d1 / (1 + d2 / (1 + ...))) with d of DLMF 8.17.23; converges fast for x < (a + 1) / (a + b + 2).
double continued_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300, kEnough = std::numeric_limits<double>::epsilon();
  constexpr int kMostTerms = 10'000;  // a and b of 1e6 need some 2,000
  const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), result = d;
  for (int m = 1; m <= kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    result *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    result *= c * d;
    if (std::abs(c * d - 1) <= kEnough) break;
  }
  return result;
}

}  // namespace

IncompleteBeta::IncompleteBeta(double a, double b) : a_(a), b_(b), log_beta_(std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b)) {}

IncompleteBeta::Point IncompleteBeta::at(double x, double y) const {
  if (x <= 0) return {{0, 1}, 0};
  if (y <= 0) return {{1, 0}, 0};
  const double front = std::exp(a_ * std::log(x) + b_ * std::log(y) - log_beta_), density = front / (x * y);
  if (x * (a_ + b_ + 2) < a_ + 1) {
    const double below = front * continued_fraction(a_, b_, x) / a_;
    return {{below, 1 - below}, density};
  }
  const double above = front * continued_fraction(b_, a_, y) / b_;
  return {{1 - above, above}, density};
}

double IncompleteBeta::near_zero(double below) const {
  return std::exp((std::log(below * a_) + log_beta_) / a_);
}

double IncompleteBeta::lower_half_inverse(Chance p, double guess) const {
  constexpr double kCubed = 1e-6;  // a step of Halley's that is relatively as short leaves its cube
  constexpr int kMostSteps = 200;
  double low = 0, high = 0.5, x = guess;
  for (int step = 0; step < kMostSteps; ++step) {
    if (!(x > low && x < high)) x = low > 0 ? std::sqrt(low * high) : high / 16;
    if (x == 0) break;
    const Point here = at(x, 1 - x);
    const double excess = p.below <= 0.5 ? here.chance.below - p.below : p.above - here.chance.above;
    (excess > 0 ? high : low) = x;
    const double newton = excess / here.density;
    const double bend = ((a_ - 1) / x - (b_ - 1) / (1 - x)) * newton / 2;
    const double next = x - newton / (bend < 0.5 ? 1 - bend : 0.5);
    const bool close = std::abs(next - x) <= kCubed * x || high - low <= std::numeric_limits<double>::epsilon() * high;
    x = next;
    if (close) break;
  }
  return x;
}

}  // namespace daybreak::finance
