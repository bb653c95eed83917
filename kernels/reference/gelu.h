#pragma once
// GELU by the tanh formula, and its slope.
#include <cmath>

namespace daybreak::kernels::reference {

inline const double kGeluSlope = std::sqrt(2 / std::acos(-1.0));
constexpr double kGeluCubic = 0.044715;

inline double gelu_tanh(double x) {
  return std::tanh(kGeluSlope * (x + kGeluCubic * x * x * x));
}

inline double gelu(double x) {
  return std::isinf(x) && x < 0 ? 0 : 0.5 * x * (1 + gelu_tanh(x));
}

/// The limits are 0 and 1; infinity times zero would say NaN.
inline double gelu_slope(double x) {
  if (std::isinf(x)) return x > 0 ? 1 : 0;
  const double t = gelu_tanh(x);
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * kGeluSlope * (1 + 3 * kGeluCubic * x * x);
}

}  // namespace daybreak::kernels::reference
