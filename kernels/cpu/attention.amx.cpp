#include "kernels/cpu/attention_tiles.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

/// While it lives, the eight tile registers are there, each 16 rows of 64 bytes.
class Unit {
 public:
  Unit() {
    const Shapes shapes;
    _tile_loadconfig(&shapes);
  }
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  ~Unit() { _tile_release(); }

 private:
  struct alignas(64) Shapes {
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  };
};

/// 0 to 3 hold sums, 4 and 5 the two halves of a, 6 and 7 those of b.
[[gnu::always_inline]] inline void block_product(int64_t steps, const uint16_t* a, int64_t a_step, const uint16_t* b,
                                                 int64_t b_step, float* sums, int64_t stride, bool accumulate) {
  constexpr int kRowBytes = 64;
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(float));
  float* const lower = sums + kHalf * stride;
  if (accumulate) {
    _tile_loadd(0, sums, bytes);
    _tile_loadd(1, sums + kHalf, bytes);
    _tile_loadd(2, lower, bytes);
    _tile_loadd(3, lower + kHalf, bytes);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t step = 0; step < steps; ++step, a += a_step, b += b_step) {
    _tile_loadd(4, a, kRowBytes);
    _tile_loadd(6, b, kRowBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, b + kTileElements, kRowBytes);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + kTileElements, kRowBytes);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, bytes);
  _tile_stored(1, sums + kHalf, bytes);
  _tile_stored(2, lower, bytes);
  _tile_stored(3, lower + kHalf, bytes);
}

}  // namespace
}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA

#include "kernels/cpu/attention_loops.h"
