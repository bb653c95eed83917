#include "kernels/cuda/simple_product.h"

#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kTile = 64, kDepth = 16, kEach = 4, kAcross = kTile / kEach;  // a thread computes kEach x kEach elements

/// Where the elements of op(x) lie: from row to row, and from column to column.
struct Strides {
  int64_t row, column;
};

/// Blocks of kTile x kTile elements, which walk through the depth by kDepth.
template <typename T>
__global__ void __launch_bounds__(kAcross* kAcross) kernel(int64_t m, int64_t n, int64_t k, Typed<T> a, Strides in_a, Typed<T> b,
                                                           Strides in_b, float* d) {
  __shared__ float rows[kDepth][kTile + 1], columns[kDepth][kTile + 1];  // one more: or a column would be one bank's
  const int64_t first_row = static_cast<int64_t>(blockIdx.y) * kTile, first_column = static_cast<int64_t>(blockIdx.x) * kTile;
  const int thread = threadIdx.x, i0 = thread / kAcross * kEach, j0 = thread % kAcross * kEach;
  float sums[kEach][kEach] = {};
  for (int64_t depth = 0; depth < k; depth += kDepth) {
    for (int item = thread; item < kTile * kDepth; item += kAcross * kAcross) {
      const int l = item % kDepth, i = item / kDepth;
      const int64_t row = first_row + i, column = first_column + i, at = depth + l;
      rows[l][i] = row < m && at < k ? a.get(row * in_a.row + at * in_a.column) : 0;
      columns[l][i] = column < n && at < k ? b.get(at * in_b.row + column * in_b.column) : 0;
    }
    __syncthreads();
    for (int l = 0; l < kDepth; ++l)
#pragma unroll
      for (int i = 0; i < kEach; ++i)
#pragma unroll
        for (int j = 0; j < kEach; ++j) sums[i][j] += rows[l][i0 + i] * columns[l][j0 + j];
    __syncthreads();
  }
  for (int i = 0; i < kEach; ++i)
    for (int j = 0; j < kEach; ++j)
      if (first_row + i0 + i < m && first_column + j0 + j < n) d[(first_row + i0 + i) * n + first_column + j0 + j] = sums[i][j];
}

/// The rows of one launch: a grid is at most 65535 blocks high.
constexpr int64_t kMostRows = int64_t{65535} * kTile;

}  // namespace

void queue_simple_product(cudaStream_t stream, const Product& p) {
  const Strides in_a = p.transpose_a ? Strides{1, p.a_stride} : Strides{p.a_stride, 1};
  const Strides in_b = p.transpose_b ? Strides{1, p.k} : Strides{p.n, 1};
  if (p.m > kMostRows) throw Refusal{DAYBREAK_UNSUPPORTED, "too many rows for a product that is not aligned"};
  const dim3 grid(static_cast<unsigned>((p.n + kTile - 1) / kTile), static_cast<unsigned>((p.m + kTile - 1) / kTile));
  with_hot_type(any(p.a, p.type), [&](auto a) {
    if constexpr (kIsTyped<decltype(a)>)
      launch(kernel<std::remove_pointer_t<decltype(a.data)>>, grid, kAcross * kAcross, 0, stream, p.m, p.n, p.k, a, in_a,
             like(a, any(p.b, p.type)), in_b, static_cast<float*>(p.d));
  });
}

}  // namespace daybreak::kernels::cuda
