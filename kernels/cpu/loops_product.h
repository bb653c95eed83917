// Register tiles of matrix products in float32; see loops.h and products.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops.h"
#include "kernels/cpu/products.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

// As many accumulators as registers allow, beside two vectors of b and one of a; in blocks that are not packed, such that
// those of attention are whole tiles.
#if defined(__AVX512F__)
constexpr int kTileRows = 14, kBlockTileRows = 12;
#elif defined(__AVX2__)
constexpr int kTileRows = 6, kBlockTileRows = 6;
#else
constexpr int kTileRows = 4, kBlockTileRows = 4;
#endif
constexpr int64_t kTileColumns = 2 * kLanes;

/// c[kRows, kTileColumns] (+)= a b. The strides of a are constants of the caller where it packs. fetch_row(r) is called for
/// each row, and fetch_next() at every other step of the depth, spread over the product: fetched all at once, they would
/// keep out what is multiplied.
template <int kRows, typename FetchRow, typename FetchNext>
[[gnu::always_inline]] inline void tile(int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b,
                                        int64_t b_stride, float* c, int64_t c_stride, bool accumulate,
                                        FetchRow fetch_row, FetchNext fetch_next) {
  Vec sums[kRows][2];
  for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = broadcast(0);
  const auto step = [&]() __attribute__((always_inline)) {
    const Vec b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 14
    for (int r = 0; r < kRows; ++r) {
      const Vec x = broadcast(a[r * a_row]);
      sums[r][0] = multiply_add(x, b0, sums[r][0]);
      sums[r][1] = multiply_add(x, b1, sums[r][1]);
    }
    a += a_column;
    b += b_stride;
  };
  const int64_t pairs = k / 2;
  for (int64_t r = 0, pair = 0; r < kRows; ++r) {
    fetch_row(r);
    for (const int64_t stop = pairs * (r + 1) / kRows; pair < stop; ++pair) {
      fetch_next();
      step();
      step();
    }
  }
  if (k % 2 != 0) step();
  for (int r = 0; r < kRows; ++r, c += c_stride) {
    store(c, accumulate ? load(c) + sums[r][0] : sums[r][0]);
    store(c + kLanes, accumulate ? load(c + kLanes) + sums[r][1] : sums[r][1]);
  }
}

template <int kRows>
void rows_of_tiles(int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b,
                   int64_t b_stride, float* c, int64_t c_stride, bool accumulate) {
  for (int64_t j = 0; j < n; j += kTileColumns)
    tile<kRows>(k, a, a_row, a_column, b + j, b_stride, c + j, c_stride, accumulate, [](int64_t) {}, [] {});
}

inline void block_product(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column,
                          const float* b, int64_t b_stride, float* c, int64_t c_stride, bool accumulate) {
  int64_t i = 0;
  for (; i + kBlockTileRows <= m; i += kBlockTileRows)
    rows_of_tiles<kBlockTileRows>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride,
                                  accumulate);
  for (; i + 2 <= m; i += 2)
    rows_of_tiles<2>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
  if (i < m)
    rows_of_tiles<1>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
}

/// One row of a block: load_c and store_c take c's place and how many lanes of it count.
template <typename Element, typename Load, typename Store>
[[gnu::always_inline]] inline void finish_row(const BlockEnd& end, const float* sums, Element* c, Load load_c,
                                              Store store_c) {
  const Vec alpha = broadcast(end.alpha), beta = broadcast(end.beta);
  const auto lanes = [&](int64_t j, int64_t count) __attribute__((always_inline)) {
    Vec v = load_part(sums + j, count);
    v = end.beta == 0 ? v * alpha : multiply_add(v, alpha, load_c(c + j, count) * beta);
    if (end.bias) v = v + load_part(end.bias + j, count);
    store_c(c + j, v, count);
  };
  int64_t j = 0;
  for (; j + kLanes <= end.columns; j += kLanes) lanes(j, kLanes);
  if (j < end.columns) lanes(j, end.columns - j);
}

inline void finish_f32(const BlockEnd& end, float* c) {
  const auto load_c = [](const float* p, int64_t count) { return load_part(p, count); };
  const auto store_c = [](float* p, Vec v, int64_t count) { store_part(p, v, count); };
  for (int64_t i = 0; i < end.rows; ++i)
    finish_row(end, end.sums + i * end.sums_stride, c + i * end.c_stride, load_c, store_c);
}

inline void finish_bf16(const BlockEnd& end, uint16_t* c) {
  const auto load_c = [](const uint16_t* p, int64_t count) { return load_bf16(p, count); };
  const auto store_c = [](uint16_t* p, Vec v, int64_t count) { store_bf16(p, v, count); };
  for (int64_t i = 0; i < end.rows; ++i)
    finish_row(end, end.sums + i * end.sums_stride, c + i * end.c_stride, load_c, store_c);
}

// Panels [depths, kWidth].

/// kLanes of the depth of a whole panel.
template <int64_t kWidth>
[[gnu::always_inline]] inline void pack_lanes_along(const float* x, int64_t stride, float* panel) {
#pragma GCC unroll 16
  for (int64_t first = 0; first < kWidth; first += kLanes) {
    constexpr int64_t kRest = kWidth % kLanes;
    const int64_t count = first + kLanes <= kWidth ? kLanes : kRest;
    Vec rows[kLanes];
    for (int64_t i = 0; i < kLanes; ++i) rows[i] = i < count ? load(x + (first + i) * stride) : broadcast(0);
    transpose(rows);
    for (int64_t l = 0; l < kLanes; ++l)
      if (count == kLanes)
        store(panel + l * kWidth + first, rows[l]);
      else
        __builtin_memcpy(panel + l * kWidth + first, &rows[l], sizeof(float) * kRest);
  }
}

template <int64_t kWidth>
void pack_along(const void* from, int64_t stride, int64_t valid, int64_t depths, void* to) {
  const float* const x = static_cast<const float*>(from);
  float* panel = static_cast<float*>(to);
  int64_t l = 0;
  if (valid == kWidth)
    for (; l + kLanes <= depths; l += kLanes, panel += kLanes * kWidth) pack_lanes_along<kWidth>(x + l, stride, panel);
  for (; l < depths; ++l, panel += kWidth)
    for (int64_t j = 0; j < kWidth; ++j) panel[j] = j < valid ? x[j * stride + l] : 0;
}

template <int64_t kWidth>
void pack_across(const void* from, int64_t stride, int64_t valid, int64_t depths, void* to) {
  const float* x = static_cast<const float*>(from);
  float* panel = static_cast<float*>(to);
  if (valid == kWidth) {
    for (int64_t l = 0; l < depths; ++l, x += stride, panel += kWidth)
      __builtin_memcpy(panel, x, sizeof(float) * kWidth);
    return;
  }
  __builtin_memset(panel, 0, sizeof(float) * static_cast<size_t>(kWidth * depths));
  for (int64_t l = 0; l < depths; ++l, x += stride, panel += kWidth)
    __builtin_memcpy(panel, x, sizeof(float) * static_cast<size_t>(valid));
}

constexpr int64_t kLine = 16;  // float32 of a line of the cache

/// Fetches kTileColumns of a row that is written soon.
[[gnu::always_inline]] inline void fetch_row(const float* x) {
  for (int64_t l = 0; l < kTileColumns; l += kLine) __builtin_prefetch(x + l, 1);
}

inline void multiply_panels(int64_t rows, int64_t columns, int64_t depths, const void* a, const void* b, float* sums,
                            int64_t stride, bool accumulate, const float* c, int64_t c_stride) {
  const int64_t panel = depths * kTileColumns;
  for (int64_t j = 0; j < columns; j += kTileColumns) {
    const float* const b_panel = static_cast<const float*>(b) + j * depths;
    const float* next = b_panel + panel;  // the next panel of b, fetched while this one is multiplied
    const float* const end = next + panel;
    const bool fetches_c = c && j + kTileColumns <= columns;
    for (int64_t i = 0; i < rows; i += kTileRows)
      tile<kTileRows>(
          depths, static_cast<const float*>(a) + i * depths, 1, kTileRows, b_panel, kTileColumns, sums + i * stride + j,
          stride, accumulate,
          [&](int64_t r) {
            if (accumulate) fetch_row(sums + (i + r) * stride + j);
            if (fetches_c && i + r < rows) fetch_row(c + (i + r) * c_stride + j);
          },
          [&] {
            __builtin_prefetch(next, 0, 2);
            next = next + kLine < end ? next + kLine : next;
          });
  }
}

extern const ProductTiles kTiles;
const ProductTiles kTiles{kTileRows,
                          kTileColumns,
                          pack_along<kTileRows>,
                          pack_across<kTileRows>,
                          pack_along<kTileColumns>,
                          pack_across<kTileColumns>,
                          multiply_panels};

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
