// Blocks of bf16 for attention. For attention.avx512bf16.cpp and attention.amx.cpp alone.
// A block is 32 x 32, in one of two forms: as rows, [32][32], which is the left operand of a product; and as pairs, the
// right operand: two tiles [16 pairs of the depth][16 columns][2 of the depth], of the first and of the last 16
// columns.
#pragma once
#include "kernels/cpu/products_bf16.h"
#include "kernels/cpu/tiled.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

constexpr int64_t kBlock = kTiledBlock, kSquare = kTiledBlockElements;

/// Rows of one head in a buffer of bf16: `width` columns from `column` on, rows from `first` to `first + rows`.
template <typename Element>
struct HeadRows {
  Element* buffer;
  daybreak_layout layout;
  int64_t stride, first, rows, column, width;

  /// 32 columns from `from` on; 0 where there is no such row or column.
  __m512i load(int64_t row, int64_t from) const {
    const int64_t count = width - from;
    if (row >= rows) return _mm512_setzero_si512();
    if (is_run(from))
      return _mm512_maskz_loadu_epi16(first_of_32(count),
                                      buffer + place_of(layout, stride, first + row, column + from));
    alignas(64) uint16_t values[kBlock] = {};
    each_run(row, from, [&](int64_t place, int64_t at, int64_t run) {
      __builtin_memcpy(values + at, buffer + place, static_cast<size_t>(run) * sizeof(uint16_t));
    });
    return _mm512_load_si512(values);
  }

  void store(int64_t row, int64_t from, __m512i codes) const {
    const int64_t count = width - from;
    if (row >= rows) return;
    if (is_run(from))
      return _mm512_mask_storeu_epi16(buffer + place_of(layout, stride, first + row, column + from), first_of_32(count),
                                      codes);
    alignas(64) uint16_t values[kBlock];
    _mm512_store_si512(values, codes);
    each_run(row, from, [&](int64_t place, int64_t at, int64_t run) {
      __builtin_memcpy(buffer + place, values + at, static_cast<size_t>(run) * sizeof(uint16_t));
    });
  }

 private:
  bool is_run(int64_t from) const {
    const int64_t count = width - from < kBlock ? width - from : kBlock;
    return layout != DAYBREAK_TILED || (column + from) % kBlock + count <= kBlock;
  }
  template <typename Body>
  void each_run(int64_t row, int64_t from, const Body& body) const {
    const int64_t count = width - from < kBlock ? width - from : kBlock;
    for_each_run(layout, stride, first + row, column + from, count, body);
  }
};

/// Rows [row, row + 32), columns [from, from + 32).
template <typename Element>
inline void copy_block(const HeadRows<Element>& x, int64_t row, int64_t from, uint16_t* block) {
  for (int64_t r = 0; r < kBlock; ++r) _mm512_storeu_si512(block + r * kBlock, x.load(row + r, from));
}

/// The right operand whose columns are the block's rows: op(b) is the block's transpose.
inline void pairs_of_transpose(const uint16_t* block, uint16_t* pairs) {
  for (int64_t half = 0; half < 2; ++half) {
    __m512i rows[16];
    load_along(block + half * kHalf * kBlock, kBlock, kHalf, kBlock, rows);
    transpose_pairs(rows);
    store_tile(rows, pairs + half * kTileElements);
  }
}

/// The right operand that is the block itself.
inline void pairs_of(const uint16_t* block, uint16_t* pairs) {
  __m512i first[16], second[16];
  load_across(block, kBlock, kBlock, kBlock, first, second);
  store_tile(first, pairs);
  store_tile(second, pairs + kTileElements);
}

/// The transpose as rows.
inline void transpose_block(const uint16_t* block, uint16_t* rows) {
  __m512i first[16], second[16];
  load_across(block, kBlock, kBlock, kBlock, first, second);
  transpose_pairs(first);
  transpose_pairs(second);
  store_tile(first, rows);
  store_tile(second, rows + kTileElements);
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
