#include "kernels/cuda/quantize.h"

#include "kernels/common/group_scale.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kGroupRows = static_cast<int>(kScalingGroup), kPieceRows = kWarp;

/// kPieceRows rows of a group's columns; one float more, or the rows of a column would share a bank.
using Piece = float[kPieceRows][kGroupRows + 1];

/// Rows [row, row + kPieceRows) of the columns from `column` on, and 0 beside the matrix. Neighbors in memory are read by
/// neighboring threads, whichever way x lies. All threads of the block call it.
template <typename X>
__device__ __forceinline__ void load_piece(const daybreak_quantize& q, const X& x, int64_t row, int64_t column, Piece& piece) {
  __syncthreads();  // nobody reads what was there
  for (int item = threadIdx.x; item < kPieceRows * kGroupRows; item += kThreads) {
    const int i = q.transpose ? item % kPieceRows : item / kGroupRows, j = q.transpose ? item / kPieceRows : item % kGroupRows;
    const bool inside = row + i < q.rows && column + j < q.columns;
    const int64_t at = q.transpose ? (column + j) * q.rows + row + i : (row + i) * q.columns + column + j;
    piece[i][j] = inside ? x.get(at) : 0;
  }
  __syncthreads();
}

struct Larger {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

/// The largest finite magnitude of a row of a piece that a warp's lanes hold.
__device__ __forceinline__ float largest_of_row(const Piece& piece, int i) {
  float largest = 0;
  for (int j = threadIdx.x % kWarp; j < kGroupRows; j += kWarp)
    if (const float magnitude = fabsf(piece[i][j]); magnitude < INFINITY) largest = fmaxf(largest, magnitude);
  return largest;
}

__device__ __forceinline__ float over_warp(float value) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2) value = fmaxf(value, from_lane(value, distance));
  return value;
}

__device__ __forceinline__ int scale_exponent(daybreak_dtype codes, float largest) {
  return codes == DAYBREAK_F8_E4M3 ? group_scale_exponent<F8E4m3>(largest) : group_scale_exponent<F8E5m2>(largest);
}

/// A warp's row of a piece as codes; dividing by a power of two is multiplying by its inverse.
__device__ __forceinline__ void write_row(const daybreak_quantize& q, const Any& codes, const Piece& piece, int i, int64_t row,
                                          int64_t column, int exponent) {
  const float inverse = power_of_two(-exponent);
  for (int j = threadIdx.x % kWarp; j < kGroupRows; j += kWarp)
    if (row + i < q.rows && column + j < q.columns) codes.set((row + i) * q.columns + column + j, piece[i][j] * inverse);
}

/// A block for 128 rows of a group of columns.
template <typename X>
__global__ void __launch_bounds__(kThreads) kernel(daybreak_quantize q, X x, Any codes) {
  __shared__ Piece piece;
  __shared__ float shared[kWarp];
  const bool blocks = q.scaling == DAYBREAK_SCALING_BLOCKS;
  const int64_t column = static_cast<int64_t>(blockIdx.x) * kScalingGroup, first = static_cast<int64_t>(blockIdx.y) * kScalingGroup;
  int exponent = 0;
  if (blocks) {
    float largest = 0;
    for (int64_t row = first; row < first + kGroupRows; row += kPieceRows) {
      load_piece(q, x, row, column, piece);
      for (int i = threadIdx.x / kWarp; i < kPieceRows; i += kWarps) largest = fmaxf(largest, largest_of_row(piece, i));
    }
    exponent = scale_exponent(q.codes_type, over_block(largest, shared, Larger{}));
    if (threadIdx.x == 0) q.scales[scale_place(true, q.rows, q.columns, first, column)] = power_of_two(exponent);
  }
  for (int64_t row = first; row < min(first + kGroupRows, q.rows); row += kPieceRows) {
    load_piece(q, x, row, column, piece);
    for (int i = threadIdx.x / kWarp; i < kPieceRows; i += kWarps) {
      if (!blocks) {
        exponent = scale_exponent(q.codes_type, over_warp(largest_of_row(piece, i)));
        if (threadIdx.x % kWarp == 0 && row + i < q.rows)
          q.scales[scale_place(false, q.rows, q.columns, row + i, column)] = power_of_two(exponent);
      }
      write_row(q, codes, piece, i, row, column, exponent);
    }
  }
}

/// A thread stays in its columns, which are of one group.
template <int kCount>
__global__ void __launch_bounds__(kTileThreads) unscaled_kernel(int64_t rows, int64_t columns, Any codes, const float* scales, bool blocks,
                                                                Any y) {
  const Tile tile = tile_of<kCount>(columns);
  if (!tile.inside) return;
  for (int64_t row = tile.row; row < rows; row += tile.row_step) {
    const float scale = scales[scale_place(blocks, rows, columns, row, tile.column)];
    float values[kCount];
    read(codes, row * columns + tile.column, values);
#pragma unroll
    for (int j = 0; j < kCount; ++j) values[j] *= scale;
    write(y, row * columns + tile.column, values);
  }
}

}  // namespace

void queue_unscaled(daybreak_device& device, cudaStream_t stream, int64_t rows, int64_t columns, const Any& codes, const float* scales,
                    daybreak_scaling scaling, const Any& y) {
  with_count<true>(columns % kGroup == 0 && aligned({codes.data, y.data}), [&](auto count) {
    launch(unscaled_kernel<count.value>, tiles_for<count.value>(device, rows, columns), kTileBlock, 0, stream, rows, columns, codes, scales,
           scaling == DAYBREAK_SCALING_BLOCKS, y);
  });
}

void Operations::quantize(daybreak_device& device, daybreak_stream* stream, const daybreak_quantize& q) {
  const cudaStream_t to = queue(device, stream);
  const Any codes = any(q.codes, q.codes_type);
  const dim3 grid(static_cast<unsigned>(scaling_groups(q.columns)), static_cast<unsigned>(scaling_groups(q.rows)));
  if (grid.y > 65535) throw Refusal{DAYBREAK_UNSUPPORTED, "too many rows of codes at once"};
  with_hot_type(any(q.x, q.x_type), [&](auto x) { launch(kernel<decltype(x)>, grid, kThreads, 0, to, q, x, codes); });
}

}  // namespace daybreak::kernels::cuda
