#include "kernels/cpu/attention_tiles.h"
#include "kernels/cpu/avx512bf16_registers.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

struct Unit {
  Unit() {}
};

/// block_product for kRows rows; the sums begin with what is there.
[[gnu::always_inline]] inline void strip(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b,
                                         int64_t b_step, float* sums, int64_t stride, bool accumulate) {
  Vec totals[kRows][2];
  for (int r = 0; r < kRows; ++r)
    for (int h = 0; h < 2; ++h) totals[r][h] = accumulate ? load(sums + r * stride + h * kLanes) : broadcast(0);
  add_products(steps, a, a_step, b, b_step, totals);
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
