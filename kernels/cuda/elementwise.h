#pragma once
// Operations that treat each element alone.
#include <cstdint>
#include <utility>

#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {

constexpr int kMapThreads = 256;

/// y[i..] = formula(x[i..]...) for kCount elements. All operands are read before y, which may be one of them, is written.
template <int kCount, typename Formula, typename Y, typename... X>
__device__ __forceinline__ void map_elements(int64_t first, const Formula& formula, const Y& y, const X&... x) {
  float in[sizeof...(X)][kCount], out[kCount];
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    (read(x, first, in[k]), ...);
#pragma unroll
    for (int j = 0; j < kCount; ++j) out[j] = formula(in[k][j]...);
  }(std::index_sequence_for<X...>());
  write(y, first, out);
}

/// y[i] = formula(x[i]...). Groups where `groups` says that all buffers are aligned, and the rest one by one.
template <typename Formula, typename Y, typename... X>
__global__ void __launch_bounds__(kMapThreads) map_kernel(int64_t count, bool groups, Formula formula, Y y, X... x) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  int64_t whole = 0;
  if constexpr (kIsTyped<Y> && (kIsTyped<X> && ...)) {
    whole = groups ? count / kGroup : 0;
    for (int64_t group = thread; group < whole; group += threads) map_elements<kGroup>(group * kGroup, formula, y, x...);
  }
  for (int64_t i = whole * kGroup + thread; i < count; i += threads) map_elements<1>(i, formula, y, x...);
}

template <typename Formula, typename Y, typename... X>
void launch_map(const daybreak_device& device, cudaStream_t stream, int64_t count, Formula formula, Y y, X... x) {
  launch(map_kernel<Formula, Y, X...>, blocks_for(device, count, kMapThreads * kGroup), kMapThreads, 0, stream, count,
         aligned({y.data, x.data...}), formula, y, x...);
}

/// Queues y[i] = formula(x[i]...) for `count` elements; y may be one of x. Where all are of one hot type the code is their
/// own, and so it is for any two of these where there is one x.
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
