#include "libcore/finance/fit/students_t.h"

#include <cmath>
#include <numbers>

#include "libcore/finance/flows/root_finding.h"

namespace daybreak::finance {
namespace {

/// The chance that |T| is at most sqrt(degrees) tan(angle).
long double within(long double angle, std::size_t degrees) {
  const bool odd = degrees % 2 == 1;
  const long double sine = std::sin(angle), cosine = std::cos(angle);
  if (degrees == 1) return angle * 2 / std::numbers::pi_v<long double>;
  long double term = odd ? cosine : 1, sum = term;
  for (std::size_t i = odd ? 3 : 2; i + 2 <= degrees; i += 2) {
    const auto over = static_cast<long double>(i);
    term *= cosine * cosine * (over - 1) / over;
    sum += term;
  }
  return odd ? (angle + sine * sum) * 2 / std::numbers::pi_v<long double> : sine * sum;
}

}  // namespace

double students_t(double confidence, std::size_t degrees) {
  const long double angle =
      root_between([&](long double at) { return within(at, degrees) - confidence; }, 0, std::numbers::pi_v<long double> / 2);
  return static_cast<double>(std::sqrt(static_cast<long double>(degrees)) * std::tan(angle));
}

}  // namespace daybreak::finance
