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

inline void rmsnorm_backward(const float* x, const float* weight, const float* y_gradient, float rstd,
                             float* x_gradient, float* weight_sum, int64_t width) {
  const Vec r = broadcast(rstd);
  const float product = sum_of(width, [r](Vec v, Vec w, Vec dy) { return v * r * (w * dy); }, x, weight, y_gradient);
  const Vec p = broadcast(product / static_cast<float>(width));
  map(width, x_gradient, [=](Vec v, Vec w, Vec dy, Vec old) { return multiply_add(r, w * dy - v * r * p, old); }, x,
      weight, y_gradient, static_cast<const float*>(x_gradient));
  map(width, weight_sum, [r](Vec v, Vec dy, Vec old) { return multiply_add(v * r, dy, old); }, x, y_gradient,
      static_cast<const float*>(weight_sum));
}

template <typename Element>
inline float largest_of(const Element* x, int64_t count) {
  constexpr int64_t kChains = 4;
  Vec most[kChains];
  for (Vec& chain : most) chain = broadcast(-__builtin_inff());
  int64_t i = 0;
  for (; i + kChains * kLanes <= count; i += kChains * kLanes)
    for (int64_t chain = 0; chain < kChains; ++chain)
      most[chain] = larger(most[chain], lanes_of(x + i + chain * kLanes, kLanes));
  float lanes[kLanes], result = -__builtin_inff();
  const auto take = [&](Vec v, int64_t taken) {
    store(lanes, v);
    for (int64_t l = 0; l < taken; ++l)
      if (lanes[l] > result) result = lanes[l];
  };
  take(larger(larger(most[0], most[1]), larger(most[2], most[3])), kLanes);
  for (; i < count; i += kLanes) {
    const int64_t rest = count - i < kLanes ? count - i : kLanes;
    take(lanes_of(x + i, rest), rest);
  }
  return result;
}

inline float largest(const float* x, int64_t count) {
  return largest_of(x, count);
}
inline float largest_bf16(const uint16_t* x, int64_t count) {
  return largest_of(x, count);
}

template <typename Element>
inline float exponentials_of(const Element* x, float* y, float shift, int64_t count) {
  const Vec s = broadcast(shift);
  Vec sums[2] = {broadcast(0), broadcast(0)};
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes)
    for (int64_t h = 0; h < 2; ++h) {
      const Vec e = exponential(lanes_of(x + i + h * kLanes, kLanes) - s);
      if (y) store(y + i + h * kLanes, e);
      sums[h] += e;
    }
  float total = sum_lanes(sums[0] + sums[1]);
  for (; i < count; i += kLanes) {
    const int64_t rest = count - i < kLanes ? count - i : kLanes;
    float part[kLanes];
    store(part, exponential(lanes_of(x + i, rest) - s));
    if (y) __builtin_memcpy(y + i, part, static_cast<size_t>(rest) * sizeof(float));
    for (int64_t l = 0; l < rest; ++l) total += part[l];
  }
  return total;
}

inline float exponentials(const float* x, float* y, float shift, int64_t count) {
  return exponentials_of(x, y, shift, count);
}
inline float exponentials_bf16(const uint16_t* x, float* y, float shift, int64_t count) {
  return exponentials_of(x, y, shift, count);
}

inline void scale_to_bf16(const float* x, float factor, uint16_t* y, int64_t count) {
  const Vec f = broadcast(factor);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store_bf16(y + i, load(x + i) * f, kLanes);
  if (i < count) store_bf16(y + i, load_part(x + i, count - i) * f, count - i);
}

// Half a vector of float, and as many double.
using HalfVec __attribute__((vector_size(sizeof(Vec) / 2))) = float;
using Doubles __attribute__((vector_size(sizeof(Vec)))) = double;

inline Doubles doubles(const float* x) {
  HalfVec v;
  __builtin_memcpy(&v, x, sizeof v);
  return __builtin_convertvector(v, Doubles);
}

inline Moments moments(const float* x, int64_t count) {
  constexpr int64_t kHalfLanes = kLanes / 2, kChains = 4;
  Doubles sums[kChains] = {}, squares[kChains] = {};
  Vec most = broadcast(0);
  const auto add = [&](const float* part) __attribute__((always_inline)) {
    for (int64_t chain = 0; chain < kChains; ++chain) {
      const Doubles wide = doubles(part + chain * kHalfLanes);
      sums[chain] += wide;
      squares[chain] += wide * wide;
    }
    most = larger(most, larger(magnitude(load(part)), magnitude(load(part + kLanes))));
  };
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) add(x + i);
  if (i < count) {
    float part[2 * kLanes] = {};
    __builtin_memcpy(part, x + i, static_cast<size_t>(count - i) * sizeof(float));
    add(part);
  }
  for (int64_t chain = 1; chain < kChains; ++chain) {
    sums[0] += sums[chain];
    squares[0] += squares[chain];
  }
  Moments total{};
  for (int64_t l = 0; l < kHalfLanes; ++l) {
    total.sum += sums[0][l];
    total.squares += squares[0][l];
  }
  float lanes[kLanes];
  store(lanes, most);
  for (const float lane : lanes)
    if (lane > total.largest_magnitude) total.largest_magnitude = lane;
  return total;
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
  return sum_of(
      count, [](Vec a, Vec b) { return a * b; }, x, y);
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
