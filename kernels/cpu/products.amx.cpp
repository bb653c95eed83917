#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {
namespace {

/// Eight registers of 16 rows of 64 bytes: 0 to 3 hold sums, 4 and 5 the two tiles of a, 6 and 7 those of b.
struct alignas(64) TileShapes {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
constinit const TileShapes kShapes;  // in memory: to the compiler the instruction reads 8 bytes of it alone

constexpr int64_t kTileRowBytes = 64, kSumsRowBytes = kPanelWidth * 4;

void begin() {
  _tile_loadconfig(&kShapes);
}

void end() {
  _tile_release();  // or each switch of threads saves 8 KiB
}

[[gnu::always_inline]] inline void load_sums(const float* sums) {
  _tile_loadd(0, sums, kSumsRowBytes);
  _tile_loadd(1, sums + kHalf, kSumsRowBytes);
  _tile_loadd(2, sums + kHalf * kPanelWidth, kSumsRowBytes);
  _tile_loadd(3, sums + kHalf * kPanelWidth + kHalf, kSumsRowBytes);
}

[[gnu::always_inline]] inline void store_sums(float* sums) {
  _tile_stored(0, sums, kSumsRowBytes);
  _tile_stored(1, sums + kHalf, kSumsRowBytes);
  _tile_stored(2, sums + kHalf * kPanelWidth, kSumsRowBytes);
  _tile_stored(3, sums + kHalf * kPanelWidth + kHalf, kSumsRowBytes);
}

[[gnu::always_inline]] inline void zero_sums() {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

void multiply(const PanelProduct& p) {
  multiply_panel(
      p, [&p](const uint16_t* a, float* sums, int64_t index, const auto& beside) __attribute__((always_inline)) {
        p.first ? zero_sums() : load_sums(sums);
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
        store_sums(sums);
      });
}

int64_t spin(int64_t rounds) {
  begin();
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
  end();
  return rounds * 4 * 2 * kHalf * kHalf * kStepDepth;
}

}  // namespace

constinit const Bf16Tiles kTiles = bf16_tiles(begin, multiply, end, spin);

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
