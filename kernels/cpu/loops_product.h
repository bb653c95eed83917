// Register tiles of matrix products; see loops.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

// As many accumulators as registers allow, beside two vectors of b and one of a.
#if defined(__AVX512F__)
constexpr int kTileRows = 12;
#elif defined(__AVX2__)
constexpr int kTileRows = 6;
#else
constexpr int kTileRows = 4;
#endif
constexpr int64_t kTileColumns = 2 * kLanes;

/// c[kRows, kTileColumns] (+)= a b. The strides of a are constants of the caller where it packs.
template <int kRows>
[[gnu::always_inline]] inline void tile(int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b, int64_t b_stride,
                                        float* c, int64_t c_stride, bool accumulate) {
  Vec sums[kRows][2];
  for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = broadcast(0);
  for (int64_t l = 0; l < k; ++l) {
    const Vec b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 12
    for (int r = 0; r < kRows; ++r) {
      const Vec x = broadcast(a[r * a_row]);
      sums[r][0] = multiply_add(x, b0, sums[r][0]);
      sums[r][1] = multiply_add(x, b1, sums[r][1]);
    }
    a += a_column;
    b += b_stride;
  }
  for (int r = 0; r < kRows; ++r, c += c_stride) {
    store(c, accumulate ? load(c) + sums[r][0] : sums[r][0]);
    store(c + kLanes, accumulate ? load(c + kLanes) + sums[r][1] : sums[r][1]);
  }
}

inline void packed_tile(int64_t k, const float* a, const float* b, float* c, int64_t c_stride, bool accumulate) {
  tile<kTileRows>(k, a, 1, kTileRows, b, kTileColumns, c, c_stride, accumulate);
}

template <int kRows>
void rows_of_tiles(int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b, int64_t b_stride,
                   float* c, int64_t c_stride, bool accumulate) {
  for (int64_t j = 0; j < n; j += kTileColumns)
    tile<kRows>(k, a, a_row, a_column, b + j, b_stride, c + j, c_stride, accumulate);
}

inline void block_product(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b,
                          int64_t b_stride, float* c, int64_t c_stride, bool accumulate) {
  int64_t i = 0;
  for (; i + kTileRows <= m; i += kTileRows)
    rows_of_tiles<kTileRows>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
  for (; i + 2 <= m; i += 2)
    rows_of_tiles<2>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
  if (i < m)
    rows_of_tiles<1>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
