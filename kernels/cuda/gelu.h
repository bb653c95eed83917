#pragma once
// GELU by the tanh formula, and its slope, in float32.
#include <cuda_runtime.h>

namespace daybreak::kernels::cuda {

constexpr float kGeluSlope = 0.7978845608028654f;  // sqrt(2 / pi)
constexpr float kGeluCubic = 0.044715f;

/// (1 + tanh(z)) / 2 with z as GELU has it: that is 1 / (1 + exp(-2z)), which keeps its digits where tanh comes near -1.
__device__ __forceinline__ float gelu_share(float x) {
  return 1 / (1 + expf(-2 * kGeluSlope * (x + kGeluCubic * x * x * x)));
}

/// The limit at -infinity is 0, where the product would say NaN.
__device__ __forceinline__ float gelu(float x) {
  const float share = gelu_share(x);
  return share == 0 ? 0 : x * share;
}

/// 1 - tanh^2 = 4 share (1 - share). The limits are 0 and 1; infinity times zero would say NaN.
__device__ __forceinline__ float gelu_slope(float x) {
  const float share = gelu_share(x), bend = share * (1 - share);
  return bend == 0 ? share : share + 2 * x * bend * kGeluSlope * (1 + 3 * kGeluCubic * x * x);
}

}  // namespace daybreak::kernels::cuda
