#include "kernels/cpu/amx_registers.h"
#include "kernels/cpu/attention_tiles.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

/// While it lives, the tile registers are there.
class Unit {
 public:
  Unit() { begin_tiles(); }
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  ~Unit() { end_tiles(); }
};

[[gnu::always_inline]] inline void block_product(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b,
                                                 int64_t b_step, float* sums, int64_t stride, bool accumulate) {
  accumulate ? load_sums(sums, stride) : zero_sums();
  for (int64_t step = 0; step < steps; ++step, a += a_step, b += b_step) {
    _tile_loadd(4, a, kTileRowBytes);
    _tile_loadd(6, b, kTileRowBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, b + kTileElements, kTileRowBytes);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + kTileElements, kTileRowBytes);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  store_sums(sums, stride);
}

}  // namespace
}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA

#include "kernels/cpu/attention_loops.h"
