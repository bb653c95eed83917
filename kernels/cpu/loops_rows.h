// Loops over one row: normalization and softmax; see loops.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops_elementwise.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

/// The sum of f(x...) over a row. f of lanes beyond the end is masked away.
template <typename Function, typename... Inputs>
inline float sum_of(int64_t count, Function f, Inputs... x) {
  Vec sums[2] = {broadcast(0), broadcast(0)};
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    sums[0] += f(load(x + i)...);
    sums[1] += f(load(x + i + kLanes)...);
  }
  for (; i + kLanes <= count; i += kLanes) sums[0] += f(load(x + i)...);
  float total = sum_lanes(sums[0] + sums[1]);
  if (i < count) {
    float part[kLanes];
    store(part, f(load_part(x + i, count - i)...));
    for (int64_t l = 0; l < count - i; ++l) total += part[l];
  }
  return total;
}

inline void layernorm(const float* x, const float* weight, const float* bias, float* y, float epsilon, float* mean_out,
                      float* rstd_out, int64_t width) {
  const float mean = sum_of(width, [](Vec v) { return v; }, x) / static_cast<float>(width);
  const Vec center = broadcast(mean);
  const float squares = sum_of(width, [center](Vec v) { return (v - center) * (v - center); }, x);
  const float rstd = 1 / __builtin_sqrtf(squares / static_cast<float>(width) + epsilon);
  const Vec r = broadcast(rstd);
  map(width, y, [=](Vec v, Vec w, Vec b) { return multiply_add((v - center) * r, w, b); }, x, weight, bias);
  *mean_out = mean;
  *rstd_out = rstd;
}

inline void layernorm_backward(const float* x, const float* weight, const float* y_gradient, float mean, float rstd,
                               float* x_gradient, float* weight_sum, float* bias_sum, int64_t width) {
  const Vec center = broadcast(mean), r = broadcast(rstd);
  const float scale = 1 / static_cast<float>(width);
  const float sum = sum_of(width, [](Vec w, Vec dy) { return w * dy; }, weight, y_gradient) * scale;
  const float product =
      sum_of(width, [=](Vec v, Vec w, Vec dy) { return (v - center) * r * (w * dy); }, x, weight, y_gradient) * scale;
  const Vec s = broadcast(sum), p = broadcast(product);
  map(width, x_gradient, [=](Vec v, Vec w, Vec dy, Vec old) {
    return multiply_add(r, w * dy - multiply_add((v - center) * r, p, s), old);
  }, x, weight, y_gradient, static_cast<const float*>(x_gradient));
  map(width, weight_sum, [=](Vec v, Vec dy, Vec old) { return multiply_add((v - center) * r, dy, old); }, x, y_gradient,
      static_cast<const float*>(weight_sum));
  map(width, bias_sum, [](Vec dy, Vec old) { return dy + old; }, y_gradient, static_cast<const float*>(bias_sum));
}

inline void rmsnorm(const float* x, const float* weight, float* y, float epsilon, float* rstd_out, int64_t width) {
  const float squares = sum_of(width, [](Vec v) { return v * v; }, x);
  const float rstd = 1 / __builtin_sqrtf(squares / static_cast<float>(width) + epsilon);
  const Vec r = broadcast(rstd);
  map(width, y, [r](Vec v, Vec w) { return v * r * w; }, x, weight);
  *rstd_out = rstd;
}

inline void rmsnorm_backward(const float* x, const float* weight, const float* y_gradient, float rstd, float* x_gradient,
                             float* weight_sum, int64_t width) {
  const Vec r = broadcast(rstd);
  const float product = sum_of(width, [r](Vec v, Vec w, Vec dy) { return v * r * (w * dy); }, x, weight, y_gradient);
  const Vec p = broadcast(product / static_cast<float>(width));
  map(width, x_gradient, [=](Vec v, Vec w, Vec dy, Vec old) { return multiply_add(r, w * dy - v * r * p, old); }, x, weight,
      y_gradient, static_cast<const float*>(x_gradient));
  map(width, weight_sum, [r](Vec v, Vec dy, Vec old) { return multiply_add(v * r, dy, old); }, x, y_gradient,
      static_cast<const float*>(weight_sum));
}

inline float largest(const float* x, int64_t count) {
  Vec most = broadcast(-__builtin_inff());
  // Takes a NaN and keeps it: no later comparison with it is true.
  const auto larger = [](Vec a, Vec b) { return select((b > a) | (b != b), b, a); };
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) most = larger(most, load(x + i));
  float lanes[kLanes], result = -__builtin_inff();
  store(lanes, most);
  const auto take = [&result](float value) {
    if (value > result || value != value) result = result != result ? result : value;
  };
  for (const float lane : lanes) take(lane);
  for (; i < count; ++i) take(x[i]);
  return result;
}

inline void add_tiled_rows(const uint16_t* block, int64_t rows, float* sums) {
  constexpr int64_t kColumns = 32, kVectors = kColumns / kLanes;
  Vec totals[kVectors];
  for (int64_t i = 0; i < kVectors; ++i) totals[i] = load(sums + i * kLanes);
  for (; rows > 0; --rows, block += kColumns)
    for (int64_t i = 0; i < kVectors; ++i) totals[i] += load_bf16(block + i * kLanes, kLanes);
  for (int64_t i = 0; i < kVectors; ++i) store(sums + i * kLanes, totals[i]);
}

inline float dot(const float* x, const float* y, int64_t count) {
  return sum_of(count, [](Vec a, Vec b) { return a * b; }, x, y);
}

inline float exponentials(const float* x, float* y, float shift, int64_t count) {
  const Vec s = broadcast(shift);
  if (!y) return sum_of(count, [s](Vec v) { return exponential(v - s); }, x);
  map(count, y, [s](Vec v) { return exponential(v - s); }, x);
  return sum_of(count, [](Vec v) { return v; }, static_cast<const float*>(y));
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
