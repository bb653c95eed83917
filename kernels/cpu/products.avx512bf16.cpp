#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

constexpr int kRows = 8;  // of a register tile: half of a tile of a, 16 accumulators

/// sums[count, 32] (+)= a b, `count` rows of one tile of a from `a` on.
template <int kCount>
[[gnu::always_inline]] inline void strip(int64_t steps, const uint16_t* a, const uint16_t* b, float* sums,
                                         int64_t stride, bool accumulate) {
  __m512 totals[kCount][2];
  for (int r = 0; r < kCount; ++r) totals[r][0] = totals[r][1] = _mm512_setzero_ps();
  for (int64_t step = 0; step < steps; ++step, a += 2 * kTileElements, b += 2 * kTileElements)
    for (int64_t pair = 0; pair < kHalf; ++pair) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + pair * kStepDepth);
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + kTileElements + pair * kStepDepth);
#pragma GCC unroll 12
      for (int r = 0; r < kCount; ++r) {
        int32_t both;
        __builtin_memcpy(&both, a + r * kStepDepth + 2 * pair, sizeof both);
        const __m512bh x = (__m512bh)_mm512_set1_epi32(both);
        totals[r][0] = _mm512_dpbf16_ps(totals[r][0], x, b0);
        totals[r][1] = _mm512_dpbf16_ps(totals[r][1], x, b1);
      }
    }
  for (int r = 0; r < kCount; ++r, sums += stride) {
    store(sums, accumulate ? load(sums) + totals[r][0] : totals[r][0]);
    store(sums + kLanes, accumulate ? load(sums + kLanes) + totals[r][1] : totals[r][1]);
  }
}

void multiply(int64_t rows, int64_t columns, int64_t depths, const void* a, const void* b, float* sums, int64_t stride,
              bool accumulate) {
  const int64_t steps = (depths + kStepDepth - 1) / kStepDepth, panel = steps * 2 * kTileElements;
  const uint16_t* b_panel = static_cast<const uint16_t*>(b);
  for (int64_t j = 0; j < columns; j += kPanelWidth, b_panel += panel) {
    const uint16_t* a_panel = static_cast<const uint16_t*>(a);
    for (int64_t i = 0; i < rows; i += kPanelWidth, a_panel += panel)
      for (int64_t half = 0; half < 2; ++half) {
        const uint16_t* const tile = a_panel + half * kTileElements;
        float* const out = sums + (i + half * kHalf) * stride + j;
        strip<kRows>(steps, tile, b_panel, out, stride, accumulate);
        strip<kRows>(steps, tile + kRows * kStepDepth, b_panel, out + kRows * stride, stride, accumulate);
      }
  }
}

}  // namespace

constinit const ProductTiles kTiles = bf16_tiles(multiply);

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
