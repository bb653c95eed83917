#include <cmath>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

namespace {

const double kSlope = std::sqrt(2 / std::acos(-1.0));
constexpr double kCubic = 0.044715;

double inner_tanh(double x) {
  return std::tanh(kSlope * (x + kCubic * x * x * x));
}

/// The limits are 0 and 1; infinity times zero would say NaN.
double gelu_slope(double x) {
  if (std::isinf(x)) return x > 0 ? 1 : 0;
  const double t = inner_tanh(x);
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * kSlope * (1 + 3 * kCubic * x * x);
}

}  // namespace

void Operations::gelu_forward(daybreak_device&, const daybreak_gelu& g) {
  for (int64_t i = 0; i < g.count; ++i) {
    const double x = load(g.x, g.x_type, i);
    store(g.y, g.y_type, i, std::isinf(x) && x < 0 ? 0 : 0.5 * x * (1 + inner_tanh(x)));
  }
}

void Operations::gelu_backward(daybreak_device&, const daybreak_gelu_backward& g) {
  for (int64_t i = 0; i < g.count; ++i)
    store(g.x_gradient, g.gradient_type, i,
          load(g.y_gradient, g.gradient_type, i) * gelu_slope(load(g.x, g.x_type, i)));
}

}  // namespace daybreak::kernels::reference
