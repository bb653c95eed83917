#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

/// Eight registers of 16 rows of 64 bytes: 0 to 3 hold sums, 4 and 5 the two tiles of a, 6 and 7 those of b.
struct alignas(64) TileShapes {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// sums[32, 32] (+)= a b of one panel each.
[[gnu::always_inline]] inline void panel_product(int64_t steps, const uint16_t* a, const uint16_t* b, float* sums,
                                                 int64_t stride, bool accumulate) {
  constexpr int kTileRowBytes = 64;
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
  for (int64_t step = 0; step < steps; ++step, a += 2 * kTileElements, b += 2 * kTileElements) {
    _tile_loadd(4, a, kTileRowBytes);
    _tile_loadd(6, b, kTileRowBytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, b + kTileElements, kTileRowBytes);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + kTileElements, kTileRowBytes);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, bytes);
  _tile_stored(1, sums + kHalf, bytes);
  _tile_stored(2, lower, bytes);
  _tile_stored(3, lower + kHalf, bytes);
}

void multiply(int64_t rows, int64_t columns, int64_t depths, const void* a, const void* b, float* sums, int64_t stride,
              bool accumulate) {
  const int64_t steps = (depths + kStepDepth - 1) / kStepDepth, panel = steps * 2 * kTileElements;
  const TileShapes shapes;
  _tile_loadconfig(&shapes);
  const uint16_t* b_panel = static_cast<const uint16_t*>(b);
  for (int64_t j = 0; j < columns; j += kPanelWidth, b_panel += panel) {
    const uint16_t* a_panel = static_cast<const uint16_t*>(a);
    for (int64_t i = 0; i < rows; i += kPanelWidth, a_panel += panel)
      panel_product(steps, a_panel, b_panel, sums + i * stride + j, stride, accumulate);
  }
  _tile_release();  // or each switch of threads saves 8 KiB
}

}  // namespace

constinit const ProductTiles kTiles = bf16_tiles(multiply);

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
