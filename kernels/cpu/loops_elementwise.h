// Elementwise loops; see loops.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

/// y = f(x...) over `count` elements, the last ones in a part of a vector.
template <typename Function, typename... Inputs>
inline void map(int64_t count, float* y, Function f, Inputs... x) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, f(load(x + i)...));
  if (i < count) store_part(y + i, f(load_part(x + i, count - i)...), count - i);
}

/// Twice the inner term of the tanh formula: gelu(x) = x * logistic(this). Flat beyond 10, where gelu is 0 or x.
inline Vec gelu_argument(Vec x) {
  return x * multiply_add(x * x, broadcast(2 * 0.7978845608028654f * 0.044715f), broadcast(2 * 0.7978845608028654f));
}

inline Vec gelu_of(Vec v) {
  const Vec low = at_least(v, broadcast(-10.0f));
  return low * logistic(gelu_argument(at_most(low, broadcast(10.0f))));
}

/// dy times the slope at v.
inline Vec gelu_gradient_of(Vec v, Vec dy) {
  const Vec c = at_most(at_least(v, broadcast(-10.0f)), broadcast(10.0f));
  const Vec e = exponential(-gelu_argument(c)), share = broadcast(1.0f) / (broadcast(1.0f) + e);
  const Vec slope = multiply_add(c * c, broadcast(2 * 0.7978845608028654f * 3 * 0.044715f), broadcast(2 * 0.7978845608028654f));
  return dy * share * multiply_add(c * slope, e * share, broadcast(1.0f));  // e * share is 1 - share, without cancellation
}

inline void gelu(const float* x, float* y, int64_t count) {
  map(count, y, [](Vec v) { return gelu_of(v); }, x);
}

inline void gelu_backward(const float* x, const float* y_gradient, float* x_gradient, int64_t count) {
  map(count, x_gradient, [](Vec v, Vec dy) { return gelu_gradient_of(v, dy); }, x, y_gradient);
}

inline void swiglu(const float* gate, const float* up, float* y, int64_t count) {
  map(count, y, [](Vec g, Vec u) { return g * logistic(g) * u; }, gate, up);
}

inline void swiglu_backward(const float* gate, const float* up, const float* y_gradient, float* gate_gradient,
                            float* up_gradient, int64_t count) {
  const auto up_slope = [](Vec g, Vec dy) { return dy * g * logistic(g); };
  const auto gate_slope = [](Vec g, Vec u, Vec dy) {
    const Vec share = logistic(g);
    return dy * u * share * multiply_add(g, broadcast(1.0f) - share, broadcast(1.0f));
  };
  map(count, up_gradient, up_slope, gate, y_gradient);
  map(count, gate_gradient, gate_slope, gate, up, y_gradient);
}

inline void add_scaled(const float* x, float* y, float scale_x, float scale_y, int64_t count) {
  const Vec sx = broadcast(scale_x), sy = broadcast(scale_y);
  if (scale_y == 0)
    map(count, y, [sx](Vec a) { return a * sx; }, x);
  else
    map(count, y, [sx, sy](Vec a, Vec b) { return multiply_add(a, sx, b * sy); }, x, static_cast<const float*>(y));
}

inline void score_gradients(const float* p, float* dp, float mean, int64_t count) {
  const Vec m = broadcast(mean);
  map(count, dp, [m](Vec a, Vec b) { return a * (b - m); }, p, static_cast<const float*>(dp));
}

inline void scale(float* x, float factor, int64_t count) {
  const Vec f = broadcast(factor);
  map(count, x, [f](Vec v) { return v * f; }, static_cast<const float*>(x));
}

inline void rotate(float* first, float* second, const float* cosine, const float* sine, float sine_sign, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const float a = first[i], b = second[i], s = sine_sign * sine[i];
    first[i] = a * cosine[i] - b * s;
    second[i] = a * s + b * cosine[i];
  }
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
