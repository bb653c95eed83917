// AMX's eight tile registers as all products use them: 16 rows of 64 bytes each, 0 to 3 for the sums of a block of 32 x
// 32, 4 and 5 for the two tiles of a, 6 and 7 for those of b. Included by *.amx.cpp alone.
#pragma once
#include "kernels/cpu/products_bf16.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

struct alignas(64) TileShapes {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
inline constinit const TileShapes kTileShapes;  // in memory: to the compiler the instruction reads 8 bytes of it alone
constexpr int64_t kTileRowBytes = 64;

inline void begin_tiles() {
  _tile_loadconfig(&kTileShapes);
}

inline void end_tiles() {
  _tile_release();  // or each switch of threads saves 8 KiB
}

[[gnu::always_inline]] inline void zero_sums() {
  __asm__ volatile("" ::: "memory");  // to the compiler a tile load reads no memory
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

/// sums[32, 32], its rows `stride` floats apart.
[[gnu::always_inline]] inline void load_sums(const float* sums, int64_t stride) {
  __asm__ volatile("" ::: "memory");  // as above
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(float));
  _tile_loadd(0, sums, bytes);
  _tile_loadd(1, sums + kHalf, bytes);
  _tile_loadd(2, sums + kHalf * stride, bytes);
  _tile_loadd(3, sums + kHalf * stride + kHalf, bytes);
}

[[gnu::always_inline]] inline void store_sums(float* sums, int64_t stride) {
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(float));
  _tile_stored(0, sums, bytes);
  _tile_stored(1, sums + kHalf, bytes);
  _tile_stored(2, sums + kHalf * stride, bytes);
  _tile_stored(3, sums + kHalf * stride + kHalf, bytes);
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
