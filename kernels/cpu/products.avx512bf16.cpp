#include "kernels/cpu/avx512bf16_registers.h"
#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

/// sums[kRows, 32] (+)= a b, kRows rows of one tile of a from `a` on; what is there is added last.
[[gnu::always_inline]] inline void strip(int64_t steps, const uint16_t* a, const uint16_t* b, float* sums,
                                         bool accumulate) {
  Vec totals[kRows][2];
  for (int r = 0; r < kRows; ++r) totals[r][0] = totals[r][1] = _mm512_setzero_ps();
  add_products(steps, a, kStepElements, b, kStepElements, totals);
  for (int r = 0; r < kRows; ++r, sums += kPanelWidth) {
    store(sums, accumulate ? load(sums) + totals[r][0] : totals[r][0]);
    store(sums + kLanes, accumulate ? load(sums + kLanes) + totals[r][1] : totals[r][1]);
  }
}

void multiply(const PanelProduct& p) {
  multiply_panel(
      p, [&p](const uint16_t* a, float* sums, int64_t, const auto&) __attribute__((always_inline)) {
        for (int64_t half = 0; half < 2; ++half, a += kTileElements)
          for (int64_t row = 0; row < kHalf; row += kRows, sums += kRows * kPanelWidth)
            strip(p.steps, a + row * kStepDepth, p.b, sums, !p.first);
      });
}

void nothing() {}

int64_t spin(int64_t rounds) {
  constexpr int kChains = 16;
  __m512 totals[kChains];
#pragma GCC unroll 16  // or g++ keeps them in memory
  for (int c = 0; c < kChains; ++c) totals[c] = _mm512_setzero_ps();
  const __m512bh x = (__m512bh)_mm512_setzero_si512();
  for (int64_t i = 0; i < rounds; ++i)
#pragma GCC unroll 16
    for (int c = 0; c < kChains; ++c) {
      totals[c] = _mm512_dpbf16_ps(totals[c], x, x);
      __asm__ volatile("" : "+v"(totals[c]));  // or the compiler sees that nothing changes, or that nobody asks
    }
  return rounds * kChains * 2 * 32;
}

}  // namespace

constinit const Bf16Tiles kTiles = bf16_tiles(nothing, multiply, nothing, spin);

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
