// Register tiles of the AVX-512 BF16 instructions. For *.avx512bf16.cpp alone.
#pragma once
#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

constexpr int kRows = 8;  // of a register tile: half of a tile of a, 16 accumulators

/// sums += a b: kRows rows of one tile of a from `a` on, times the 32 columns of b, over `steps` steps of the depth,
/// which lie a_step and b_step elements apart.
[[gnu::always_inline]] inline void add_products(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b,
                                                int64_t b_step, Vec sums[kRows][2]) {
  for (int64_t step = 0; step < steps; ++step, a += a_step, b += b_step)
    for (int64_t pair = 0; pair < kHalf; ++pair) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + pair * kStepDepth);
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + kTileElements + pair * kStepDepth);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        int32_t both;
        __builtin_memcpy(&both, a + r * kStepDepth + 2 * pair, sizeof both);
        const __m512bh x = (__m512bh)_mm512_set1_epi32(both);
        sums[r][0] = _mm512_dpbf16_ps(sums[r][0], x, b0);
        sums[r][1] = _mm512_dpbf16_ps(sums[r][1], x, b1);
      }
    }
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
