#include "libcore/finance/flows/root_finding.h"

#include <cmath>
#include <limits>
#include <utility>

namespace daybreak::finance {
namespace {

constexpr int kMostSteps = 200;  // bisection alone needs 128 for the widest bracket

}  // namespace

long double root_between(const std::function<long double(long double)>& f, long double low, long double high) {
  long double a = low, b = high, fa = f(a), fb = f(b);
  long double c = a, fc = fa, step = b - a, previous = step;
  for (int i = 0; i < kMostSteps && fb != 0; ++i) {
    if ((fb > 0) == (fc > 0)) {  // keep the root between b and c
      c = a, fc = fa;
      previous = step = b - a;
    }
    if (std::abs(fc) < std::abs(fb)) {  // b is the best guess
      a = std::exchange(b, c), c = a;
      fa = std::exchange(fb, fc), fc = fa;
    }
    const long double tolerance = 2 * std::numeric_limits<long double>::epsilon() * std::abs(b);
    const long double middle = (c - b) / 2;
    if (std::abs(middle) <= tolerance) break;
    if (std::abs(previous) < tolerance || std::abs(fa) <= std::abs(fb)) {
      previous = step = middle;
    } else {
      const long double s = fb / fa;
      long double p, q;
      if (a == c) {  // secant
        p = 2 * middle * s, q = 1 - s;
      } else {  // inverse quadratic
        const long double u = fa / fc, r = fb / fc;
        p = s * (2 * middle * u * (u - r) - (b - a) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = std::abs(p);
      const bool good = 2 * p < 3 * middle * q - std::abs(tolerance * q) && 2 * p < std::abs(previous * q);
      previous = good ? step : middle;
      step = good ? p / q : middle;
    }
    a = b, fa = fb;
    b += std::abs(step) > tolerance ? step : std::copysign(tolerance, middle);
    fb = f(b);
  }
  return b;
}

}  // namespace daybreak::finance
