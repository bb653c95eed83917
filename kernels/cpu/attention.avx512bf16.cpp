#include "kernels/cpu/attention_tiles.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

struct Unit {
  Unit() {}
};

constexpr int kRows = 8;  // of a register tile: 16 accumulators

[[gnu::always_inline]] inline void strip(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b,
                                         int64_t b_step, float* sums, int64_t stride, bool accumulate) {
  __m512 totals[kRows][2];
  for (int r = 0; r < kRows; ++r)
    for (int h = 0; h < 2; ++h) totals[r][h] = accumulate ? load(sums + r * stride + h * kLanes) : broadcast(0);
  for (int64_t step = 0; step < steps; ++step, a += a_step, b += b_step)
    for (int64_t pair = 0; pair < kHalf; ++pair) {
      const __m512bh b0 = (__m512bh)_mm512_loadu_si512(b + pair * kStepDepth);
      const __m512bh b1 = (__m512bh)_mm512_loadu_si512(b + kTileElements + pair * kStepDepth);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        int32_t both;
        __builtin_memcpy(&both, a + r * kStepDepth + 2 * pair, sizeof both);
        const __m512bh x = (__m512bh)_mm512_set1_epi32(both);
        totals[r][0] = _mm512_dpbf16_ps(totals[r][0], x, b0);
        totals[r][1] = _mm512_dpbf16_ps(totals[r][1], x, b1);
      }
    }
  for (int r = 0; r < kRows; ++r)
    for (int h = 0; h < 2; ++h) store(sums + r * stride + h * kLanes, totals[r][h]);
}

inline void block_product(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b, int64_t b_step,
                          float* sums, int64_t stride, bool accumulate) {
  for (int64_t row = 0; row < kPanelWidth; row += kRows)
    strip(steps, a + row * kStepDepth, a_step, b, b_step, sums + row * stride, stride, accumulate);
}

}  // namespace
}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA

#include "kernels/cpu/attention_loops.h"
