#pragma once
// Layer and RMS normalization, which differ in the mean and the bias alone.
#include <algorithm>

#include "kernels/cuda/column_sums.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {

constexpr int kNormThreads = 256;

/// A block a row, row after row. The second and third time a row comes out of the first cache.
template <bool kLayer, typename X, typename Y>
__global__ void __launch_bounds__(kNormThreads) norm_forward_kernel(daybreak_norm n, bool groups, X x, Y y, Any weight, Any bias) {
  __shared__ float shared[kWarp];
  constexpr bool kMayGroup = kIsTyped<X> && kIsTyped<Y>;
  const auto width = static_cast<float>(n.width);
  for (int64_t row = blockIdx.x; row < n.rows; row += gridDim.x) {
    const int64_t begin = row * n.width, end = begin + n.width;
    const auto sum_of = [&](auto term) {
      float sum = 0;
      for_row<kMayGroup>(begin, end, groups, [&](int64_t i, auto count) {
        float values[count.value];
        read(x, i, values);
#pragma unroll
        for (int j = 0; j < count.value; ++j) sum += term(values[j]);
      });
      return over_block(sum, shared, Add{});
    };
    float mean = 0;
    if constexpr (kLayer) mean = sum_of([](float value) { return value; }) / width;
    const float squares = sum_of([&](float value) { return (value - mean) * (value - mean); });
    const float rstd = 1 / sqrtf(squares / width + n.epsilon);
    for_row<kMayGroup>(begin, end, groups, [&](int64_t i, auto count) {
      float values[count.value], scales[count.value], shifts[count.value] = {};
      read(x, i, values);
      read(weight, i - begin, scales);
      if constexpr (kLayer) read(bias, i - begin, shifts);
#pragma unroll
      for (int j = 0; j < count.value; ++j) values[j] = (values[j] - mean) * rstd * scales[j] + shifts[j];
      write(y, i, values);
    });
    if (threadIdx.x != 0) continue;
    if constexpr (kLayer) n.mean[row] = mean;
    n.rstd[row] = rstd;
  }
}

template <bool kLayer>
void norm_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n) {
  require_row_major({n.y_layout});
  if (n.width == 0) return;
  const cudaStream_t to = queue(device, stream);
  const Any weight = any(n.weight, n.weight_type), bias = any(n.bias, n.weight_type);
  const bool groups = n.width % kGroup == 0 && aligned({n.x, n.y, n.weight, n.bias});
  with_f32_and_hot_type(any(n.x, n.x_type), any(n.y, n.y_type), [&](auto x, auto y) {
    launch(norm_forward_kernel<kLayer, decltype(x), decltype(y)>, blocks_for(device, n.rows, 1), threads_for_row(n.width, kNormThreads),
           0, to, n, groups, x, y, weight, bias);
  });
}


/// Gradients of x, a block a row, row after row; each block's sums for weight and bias gather in its part of `partial`,
/// [blocks, 2, width], or in shared memory on their way there.
template <bool kLayer, typename X, typename Dy, typename Dx>
__global__ void __launch_bounds__(kNormThreads) norm_backward_kernel(daybreak_norm_backward n, bool groups, X x, Dy y_gradient,
                                                                     Dx x_gradient, Any weight, bool in_shared, float* partial) {
  __shared__ float2 shared[kWarp];
  constexpr bool kMayGroup = kIsTyped<X> && kIsTyped<Dy> && kIsTyped<Dx>;
  float* const part = partial + static_cast<int64_t>(blockIdx.x) * 2 * n.width;
  float* const weight_sums = in_shared ? dynamic_shared<float>() : part;
  float* const bias_sums = weight_sums + n.width;
  // Each column is always the same thread's: no barrier is needed.
  for_row<kMayGroup>(0, n.width, groups, [&](int64_t column, auto count) {
    for (int j = 0; j < count.value; ++j) weight_sums[column + j] = bias_sums[column + j] = 0;
  });
  for (int64_t row = blockIdx.x; row < n.rows; row += gridDim.x) {
    const int64_t begin = row * n.width;
    const float mean = kLayer ? n.mean[row] : 0, rstd = n.rstd[row];
    float2 sums = make_float2(0, 0);
    for_row<kMayGroup>(0, n.width, groups, [&](int64_t column, auto count) {
      float values[count.value], slopes[count.value], scales[count.value];
      read(x, begin + column, values);
      read(y_gradient, begin + column, slopes);
      read(weight, column, scales);
#pragma unroll
      for (int j = 0; j < count.value; ++j) {
        const float normal = (values[j] - mean) * rstd, weighted = slopes[j] * scales[j];
        sums.x += weighted;
        sums.y += weighted * normal;
        weight_sums[column + j] += slopes[j] * normal;
        if constexpr (kLayer) bias_sums[column + j] += slopes[j];
      }
    });
    sums = over_block(sums, shared, Add{});
    const float shift = kLayer ? sums.x / static_cast<float>(n.width) : 0, turn = sums.y / static_cast<float>(n.width);
    for_row<kMayGroup>(0, n.width, groups, [&](int64_t column, auto count) {
      float values[count.value], slopes[count.value], scales[count.value], gradients[count.value];
      read(x, begin + column, values);
      read(y_gradient, begin + column, slopes);
      read(weight, column, scales);
      read(x_gradient, begin + column, gradients);
#pragma unroll
      for (int j = 0; j < count.value; ++j) {
        const float normal = (values[j] - mean) * rstd;
        gradients[j] += rstd * (slopes[j] * scales[j] - shift - normal * turn);
      }
      write(x_gradient, begin + column, gradients);
    });
  }
  if (!in_shared) return;
  for_row<kMayGroup>(0, n.width, groups, [&](int64_t column, auto count) {
    for (int j = 0; j < count.value; ++j) {
      part[column + j] = weight_sums[column + j];
      part[n.width + column + j] = bias_sums[column + j];
    }
  });
}

/// Blocks of a backward pass, which each keep sums of their own: enough to hide memory's latency, and many rows each.
inline int64_t norm_backward_blocks(const daybreak_device& device, int64_t rows) {
  constexpr int64_t kBlocksAtOnce = 8, kRowsEach = 4;
  return std::min((rows + kRowsEach - 1) / kRowsEach, kBlocksAtOnce * device.multiprocessors);
}

template <bool kLayer>
void norm_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n) {
  require_row_major({n.y_gradient_layout});
  if (n.rows == 0 || n.width == 0) return;
  const cudaStream_t to = queue(device, stream);
  constexpr std::size_t kMostShared = std::size_t{64} << 10;  // leaves room for several blocks
  const std::size_t bytes = 2 * sizeof(float) * static_cast<std::size_t>(n.width);
  const bool in_shared = bytes <= kMostShared;
  const int64_t blocks = norm_backward_blocks(device, n.rows);
  auto* const partial = static_cast<float*>(scratch(device, stream, static_cast<std::size_t>(blocks) * bytes));
  const Any weight = any(n.weight, n.weight_type), dx = any(n.x_gradient, n.x_gradient_type);
  const bool groups = n.width % kGroup == 0 && aligned({n.x, n.y_gradient, n.x_gradient, n.weight});
  const auto start = [&](auto x, auto y_gradient, auto x_gradient) {
    launch(norm_backward_kernel<kLayer, decltype(x), decltype(y_gradient), decltype(x_gradient)>, static_cast<unsigned>(blocks),
           threads_for_row(n.width, kNormThreads), in_shared ? bytes : 0, to, n, groups, x, y_gradient, x_gradient, weight, in_shared,
           partial);
  };
  const Any x = any(n.x, n.x_type), y_gradient = any(n.y_gradient, n.y_gradient_type);
  with_f32_and_hot_type(x, y_gradient, [&](auto typed_x, auto typed_y) {
    if (n.x_gradient_type == n.x_type)
      start(typed_x, typed_y, like(typed_x, dx));  // as in a residual stream
    else
      start(x, y_gradient, dx);
  });
  add_partial_sums(device, to, blocks, n.width, partial, 2 * n.width, n.weight_gradient);
  if (kLayer) add_partial_sums(device, to, blocks, n.width, partial + n.width, 2 * n.width, n.bias_gradient);
}

}  // namespace daybreak::kernels::cuda
