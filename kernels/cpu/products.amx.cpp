#include "kernels/cpu/amx_registers.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

void multiply(const PanelProduct& p) {
  multiply_panel(
      p, [&p](const uint16_t* a, float* sums, int64_t index, const auto& beside) __attribute__((always_inline)) {
        p.first ? zero_sums() : load_sums(sums, kPanelWidth);
        // Every other block goes through the depth backwards: the end of the panel of b is still in the first cache.
        const bool back = index % 2 != 0;
        const int64_t move = back ? -kStepElements : kStepElements;
        const uint16_t* b = p.b;
        if (back) a += (p.steps - 1) * kStepElements, b += (p.steps - 1) * kStepElements;
        for (int64_t step = 0; step < p.steps; ++step, a += move, b += move) {
          _tile_loadd(6, b, kTileRowBytes);
          _tile_stream_loadd(4, a, kTileRowBytes);
          _tile_dpbf16ps(0, 4, 6);
          _tile_loadd(7, b + kTileElements, kTileRowBytes);
          _tile_dpbf16ps(1, 4, 7);
          _tile_stream_loadd(5, a + kTileElements, kTileRowBytes);
          _tile_dpbf16ps(2, 5, 6);
          _tile_dpbf16ps(3, 5, 7);
          beside();
        }
        store_sums(sums, kPanelWidth);
      });
}

int64_t spin(int64_t rounds) {
  begin_tiles();
  zero_sums();
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int64_t i = 0; i < rounds; ++i) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  end_tiles();
  return rounds * 4 * 2 * kHalf * kHalf * kStepDepth;
}

}  // namespace

constinit const Bf16Tiles kTiles = bf16_tiles(begin_tiles, multiply, end_tiles, spin);

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
