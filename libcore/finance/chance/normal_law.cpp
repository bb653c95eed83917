#include "libcore/finance/chance/normal_law.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "libcore/base/long_vectors.h"
#include "libcore/finance/chance/loop_math.h"

namespace daybreak::finance {
namespace {

constexpr double kSqrtHalf = 0.70710678118654752440;
constexpr double kCentral = 0.425;  // how far from 1/2 the central approximation reaches
constexpr double kFarthest = 1.4e-11;  // a little above exp(-25), where another approximation begins

/// Two polynomials of degree 7, constant terms first.
struct Rational {
  std::array<double, 8> above, below;

  [[gnu::always_inline]] constexpr double operator()(double r) const {
    double a = above[7], b = below[7];
    for (int i = 6; i >= 0; --i) {
      a = a * r + above[static_cast<std::size_t>(i)];
      b = b * r + below[static_cast<std::size_t>(i)];
    }
    return a / b;
  }
};

// The coefficients of AS 241.
constexpr Rational kNearHalf{
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4,
     6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
constexpr Rational kTail{
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
constexpr Rational kFarTail{
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};

#define LOOP [[gnu::always_inline]] inline

LOOP double near_half(double q) {
  return q * kNearHalf(kCentral * kCentral - q * q);
}

/// How far out a deviate is that is exceeded with the chance `tail`; below kFarTail too little.
LOOP double outward(double tail) {
  return kTail(std::sqrt(-loop_log(tail)) - 1.6);
}

/// As outward(), however small the chance.
double tail_quantile(double tail) {
  const double r = std::sqrt(-loop_log(tail));
  return r <= 5 ? outward(tail) : kFarTail(r - 5);
}

constexpr std::size_t kAtOnce = 64;

/// Deviates of up to kAtOnce chances: the central approximation for all, then the tails, a seventh of them, on their own.
LOOP void quantiles_at_once(const double* p, double* z, std::size_t count) {
  std::array<double, kAtOnce> own, near, tails, out;
  std::array<std::uint8_t, kAtOnce> places;
  own.fill(0.5);
  std::copy_n(p, count, own.begin());
  for (std::size_t i = 0; i < kAtOnce; ++i) near[i] = near_half(own[i] - 0.5);
  std::size_t found = 0;
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    places[found] = static_cast<std::uint8_t>(i);
    found += std::abs(own[i] - 0.5) > kCentral;
  }
  for (std::size_t k = 0; k < found; ++k) tails[k] = std::min(own[places[k]], 1 - own[places[k]]);
  for (std::size_t k = 0; k < found; ++k) out[k] = outward(tails[k]);
  for (std::size_t k = 0; k < found; ++k) {
    const double distance = tails[k] < kFarthest ? tail_quantile(tails[k]) : out[k];
    near[places[k]] = std::copysign(distance, own[places[k]] - 0.5);
  }
  std::copy_n(near.begin(), count, z);
}

LOOP void all_quantiles(std::span<const double> p, std::span<double> z) {
  for (std::size_t first = 0; first < p.size(); first += kAtOnce)
    quantiles_at_once(p.data() + first, z.data() + first, std::min(kAtOnce, p.size() - first));
}

DAYBREAK_LONG_VECTORS void long_quantiles(std::span<const double> p, std::span<double> z) {
  all_quantiles(p, z);
}

LOOP void all_exponentials(std::span<const double> z, double mu, double sigma, std::span<double> x) {
  for (std::size_t i = 0; i < z.size(); ++i) x[i] = loop_exp(mu + sigma * z[i]);
}

DAYBREAK_LONG_VECTORS void long_exponentials(std::span<const double> z, double mu, double sigma, std::span<double> x) {
  all_exponentials(z, mu, sigma, x);
}

}  // namespace

Chance normal_chance(double z) {
  return {0.5 * std::erfc(-z * kSqrtHalf), 0.5 * std::erfc(z * kSqrtHalf)};
}

double normal_quantile(Chance p) {
  const double q = p.below - 0.5;
  if (std::abs(q) <= kCentral) return near_half(q);
  return q < 0 ? -tail_quantile(p.below) : tail_quantile(p.above);
}

void normal_quantiles(std::span<const double> p, std::span<double> z) {
  has_long_vectors() ? long_quantiles(p, z) : all_quantiles(p, z);
}

void exponentials(std::span<const double> z, double mu, double sigma, std::span<double> x) {
  has_long_vectors() ? long_exponentials(z, mu, sigma, x) : all_exponentials(z, mu, sigma, x);
}

}  // namespace daybreak::finance
