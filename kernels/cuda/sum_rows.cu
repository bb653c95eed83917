#include "kernels/cuda/column_sums.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kTileRows = kTileThreads / kWarp;

/// Sums of a block's threads that share a column, in the order of their rows; valid where threadIdx.y is 0.
template <int kCount>
__device__ __forceinline__ void sum_down(float (&sums)[kCount], float (&shared)[kTileRows][kWarp * kCount]) {
#pragma unroll
  for (int j = 0; j < kCount; ++j) shared[threadIdx.y][j * kWarp + threadIdx.x] = sums[j];
  __syncthreads();
  if (threadIdx.y != 0) return;
  for (int row = 1; row < kTileRows; ++row)
#pragma unroll
    for (int j = 0; j < kCount; ++j) sums[j] += shared[row][j * kWarp + threadIdx.x];
}

/// partial[blockIdx.y, width]: each block's sums.
template <int kCount, typename X>
__global__ void __launch_bounds__(kTileThreads) partial_kernel(int64_t rows, int64_t width, X x, float* partial) {
  __shared__ float shared[kTileRows][kWarp * kCount];
  const Tile tile = tile_of<kCount>(width);
  float sums[kCount] = {};
  for (int64_t row = tile.inside ? tile.row : rows; row < rows; row += tile.row_step) {
    float values[kCount];
    read(x, row * width + tile.column, values);
#pragma unroll
    for (int j = 0; j < kCount; ++j) sums[j] += values[j];
  }
  sum_down(sums, shared);
  if (threadIdx.y != 0 || !tile.inside) return;
#pragma unroll
  for (int j = 0; j < kCount; ++j) partial[blockIdx.y * width + tile.column + j] = sums[j];
}

__global__ void __launch_bounds__(kTileThreads) final_kernel(int64_t rows, int64_t width, const float* partial, int64_t stride,
                                                             float* out) {
  __shared__ float shared[kTileRows][kWarp];
  const Tile tile = tile_of<1>(width);
  float sums[1] = {};
  for (int64_t row = tile.inside ? static_cast<int64_t>(threadIdx.y) : rows; row < rows; row += kTileRows)
    sums[0] += partial[row * stride + tile.column];
  sum_down(sums, shared);
  if (threadIdx.y == 0 && tile.inside) out[tile.column] += sums[0];
}

}  // namespace

void add_partial_sums(const daybreak_device& device, cudaStream_t stream, int64_t rows, int64_t width, const float* partial,
                      int64_t stride, float* out) {
  const dim3 across(tiles_for<1>(device, 1, width).x);
  launch(final_kernel, across, kTileBlock, 0, stream, rows, width, partial, stride, out);
}

void Operations::sum_rows(daybreak_device& device, daybreak_stream* stream, const daybreak_sum_rows& s) {
  require_row_major({s.x_layout});
  if (s.rows == 0 || s.width == 0) return;
  const cudaStream_t to = queue(device, stream);
  with_hot_type(any(s.x, s.x_type), [&](auto x) {
    with_count<kIsTyped<decltype(x)>>(s.width % kGroup == 0 && aligned({s.x}), [&](auto count) {
      const dim3 grid = tiles_for<count.value>(device, s.rows, s.width);
      auto* const partial = static_cast<float*>(scratch(device, stream, sizeof(float) * grid.y * static_cast<std::size_t>(s.width)));
      launch(partial_kernel<count.value, decltype(x)>, grid, kTileBlock, 0, to, s.rows, s.width, x, partial);
      add_partial_sums(device, to, grid.y, s.width, partial, s.width, s.out);
    });
  });
}

}  // namespace daybreak::kernels::cuda
