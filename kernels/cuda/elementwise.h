#pragma once
// Operations that treat each element alone.
#include <algorithm>

#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {

constexpr int kMapThreads = 256;

/// An operand's values on their way.
struct Values {
  float at[kGroup];
};

template <typename X>
__device__ __forceinline__ Values group_of(X x, int64_t first) {
  Values values;
  x.get_group(first, values.at);
  return values;
}

/// All operands are read before y, which may be one of them, is written.
template <typename Formula, typename Y, typename... X>
__device__ __forceinline__ void map_group(int64_t first, Formula formula, Y y, X... x) {
  const auto apply = [&](const auto&... in) {
    Values results;
#pragma unroll
    for (int j = 0; j < kGroup; ++j) results.at[j] = formula(in.at[j]...);
    y.set_group(first, results.at);
  };
  apply(group_of(x, first)...);
}

/// y[i] = formula(x[i]...). Groups where `groups` says that all buffers are aligned, and the rest one by one.
template <typename Formula, typename Y, typename... X>
__global__ void __launch_bounds__(kMapThreads) map_kernel(int64_t count, bool groups, Formula formula, Y y, X... x) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  const int64_t whole = groups ? count / kGroup : 0;
  for (int64_t group = thread; group < whole; group += threads) map_group(group * kGroup, formula, y, x...);
  for (int64_t i = whole * kGroup + thread; i < count; i += threads) y.set(i, formula(x.get(i)...));
}

template <typename Formula, typename Y, typename... X>
void launch_map(const daybreak_device& device, cudaStream_t stream, int64_t count, Formula formula, Y y, X... x) {
  launch(map_kernel<Formula, Y, X...>, blocks_for(device, count, kMapThreads * kGroup), kMapThreads, 0, stream, count,
         aligned({y.data, x.data...}), formula, y, x...);
}

/// Queues y[i] = formula(x[i]...) for `count` elements; y may be one of x. Where all are float32 or all are bf16 the code is
/// their own, and so it is for any of these two where there is one x.
template <typename Formula, typename... X>
void map(daybreak_device& device, daybreak_stream* stream, int64_t count, Formula formula, const Any& y, const X&... x) {
  const cudaStream_t to = queue(device, stream);
  if constexpr (sizeof...(X) == 1) {
    with_hot_types(y, x..., [&](auto typed_y, auto typed_x) { launch_map(device, to, count, formula, typed_y, typed_x); });
  } else if (((x.type == y.type) && ...)) {
    with_hot_type(y, [&](auto typed_y) { launch_map(device, to, count, formula, typed_y, like(typed_y, x)...); });
  } else {
    launch_map(device, to, count, formula, y, x...);
  }
}

}  // namespace daybreak::kernels::cuda
