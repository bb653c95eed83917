#pragma once
// DAYBREAK_TILED as this chip lays it out: blocks of 32 rows of 32 columns, each block one run of memory, the blocks of the
// same rows one after the other. A block of bf16 is what AMX and AVX-512 BF16 products read as two tiles of 16 rows.
#include <cstdint>

#include "kernels/device.h"

namespace daybreak::kernels::cpu {

constexpr int64_t kTiledBlock = DAYBREAK_TILED_COLUMNS, kTiledBlockElements = kTiledBlock * kTiledBlock;

/// Where element (row, column) of a matrix of `columns` columns, a multiple of 32, lies.
inline int64_t tiled_place(int64_t columns, int64_t row, int64_t column) {
  return row / kTiledBlock * columns * kTiledBlock + column / kTiledBlock * kTiledBlockElements + row % kTiledBlock * kTiledBlock +
         column % kTiledBlock;
}

/// Where element (row, column) lies of a matrix whose rows are `stride` elements apart, or which has so many columns.
inline int64_t place_of(daybreak_layout layout, int64_t stride, int64_t row, int64_t column) {
  return layout == DAYBREAK_TILED ? tiled_place(stride, row, column) : row * stride + column;
}

/// body(place, from, count) for each run of memory that holds elements [column, column + count) of a row; `from` counts
/// from `column`.
template <typename Body>
void for_each_run(daybreak_layout layout, int64_t stride, int64_t row, int64_t column, int64_t count, const Body& body) {
  if (layout != DAYBREAK_TILED) return body(row * stride + column, int64_t{0}, count);
  for (int64_t from = 0; from < count;) {
    const int64_t rest = kTiledBlock - (column + from) % kTiledBlock, run = rest < count - from ? rest : count - from;
    body(tiled_place(stride, row, column + from), from, run);
    from += run;
  }
}

}  // namespace daybreak::kernels::cpu
