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

/// put(r, v, sums) for each row and each of its two vectors of a b. The strides of a are constants of the caller where it
/// packs. fetch_row(r) is called for each row, and fetch_next() at every other step of the depth, spread over the product:
/// fetched all at once, they would keep out what is multiplied.
template <int kRows, typename FetchRow, typename FetchNext, typename Put>
[[gnu::always_inline]] inline void tile(int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b,
                                        int64_t b_stride, FetchRow fetch_row, FetchNext fetch_next, Put put) {
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
#pragma GCC unroll 14
  for (int r = 0; r < kRows; ++r) {
    put(r, 0, sums[r][0]);
    put(r, 1, sums[r][1]);
  }
}

template <int kRows>
void rows_of_tiles(int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column, const float* b,
                   int64_t b_stride, float* c, int64_t c_stride, bool accumulate) {
  for (int64_t j = 0; j < n; j += kTileColumns)
    tile<kRows>(
        k, a, a_row, a_column, b + j, b_stride, [](int) {}, [] {},
        [&](int r, int v, Vec sums) __attribute__((always_inline)) {
          float* const to = c + r * c_stride + j + v * kLanes;
          store(to, accumulate ? load(to) + sums : sums);
        });
}

inline void block_product(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column,
                          const float* b, int64_t b_stride, float* c, int64_t c_stride, bool accumulate) {
  int64_t i = 0;
  for (; i + kBlockTileRows <= m; i += kBlockTileRows)
    rows_of_tiles<kBlockTileRows>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride,
                                  accumulate);
  for (; i + 4 <= m; i += 4)
    rows_of_tiles<4>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
  for (; i + 2 <= m; i += 2)
    rows_of_tiles<2>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
  if (i < m)
    rows_of_tiles<1>(n, k, a + i * a_row, a_row, a_column, b, b_stride, c + i * c_stride, c_stride, accumulate);
}

/// alpha * sums + beta * old + bias: load_old() and load_bias() are called where they count.
template <typename LoadOld, typename LoadBias>
[[gnu::always_inline]] inline Vec finish(const BlockEnd& end, Vec sums, LoadOld load_old, LoadBias load_bias) {
  Vec v = sums * broadcast(end.alpha);
  if (end.beta != 0) v = multiply_add(sums, broadcast(end.alpha), load_old() * broadcast(end.beta));
  return end.bias ? v + load_bias() : v;
}

/// One row of a block: load_old and store_c take a place and how many lanes of it count.
template <typename Element, typename Load, typename Store>
[[gnu::always_inline]] inline void finish_row(const BlockEnd& end, const float* sums, const Element* old, Element* c,
                                              Load load_old, Store store_c) {
  const auto lanes = [&](int64_t j, int64_t count) __attribute__((always_inline)) {
    store_c(c + j,
            finish(
                end, load_part(sums + j, count), [&] { return load_old(old + j, count); },
                [&] { return load_part(end.bias + j, count); }),
            count);
  };
  int64_t j = 0;
  for (; j + kLanes <= end.columns; j += kLanes) lanes(j, kLanes);
  if (j < end.columns) lanes(j, end.columns - j);
}

inline void finish_f32(const BlockEnd& end, const float* old, float* c) {
  const auto load_old = [](const float* p, int64_t count) { return load_part(p, count); };
  const auto store_c = [](float* p, Vec v, int64_t count) { store_part(p, v, count); };
  for (int64_t i = 0; i < end.rows; ++i)
    finish_row(end, end.sums + i * end.sums_stride, old + i * end.c_stride, c + i * end.c_stride, load_old, store_c);
}

inline void finish_bf16(const BlockEnd& end, const uint16_t* old, uint16_t* c) {
  const auto load_old = [](const uint16_t* p, int64_t count) { return load_bf16(p, count); };
  const auto store_c = [](uint16_t* p, Vec v, int64_t count) { store_bf16(p, v, count); };
  for (int64_t i = 0; i < end.rows; ++i)
    finish_row(end, end.sums + i * end.sums_stride, old + i * end.c_stride, c + i * end.c_stride, load_old, store_c);
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

/// The next panel of b, a line at a time, while the one before is multiplied.
struct NextPanel {
  const float *at, *end;
  void fetch() {
    __builtin_prefetch(at, 0, 2);
    at = at + kLine < end ? at + kLine : at;
  }
};

inline void multiply_panels(const PanelsF32& p) {
  const int64_t panel = p.depths * kTileColumns;
  for (int64_t j = 0; j < p.columns; j += kTileColumns) {
    const float* const b = p.b + j * p.depths;
    NextPanel next{b + panel, b + 2 * panel};
    for (int64_t i = 0; i < p.rows; i += kTileRows) {
      float* const sums = p.sums + i * p.sums_stride + j;
      const int64_t place = i * p.c_stride + j;
      const bool whole = p.c && i + kTileRows <= p.rows && j + kTileColumns <= p.columns, ends = whole && p.end;
      tile<kTileRows>(
          p.depths, p.a + i * p.depths, 1, kTileRows, b, kTileColumns,
          [&](int r) __attribute__((always_inline)) {
            if (p.accumulate) fetch_row(sums + r * p.sums_stride);
            if (whole) fetch_row(p.c + place + r * p.c_stride);
            if (whole && p.beside != p.c) fetch_row(p.beside + place + r * p.c_stride);
          },
          [&]() __attribute__((always_inline)) { next.fetch(); },
          [&](int r, int v, Vec x) __attribute__((always_inline)) {
            float* const sum = sums + r * p.sums_stride + v * kLanes;
            if (p.accumulate) x = load(sum) + x;
            if (!ends) return store(sum, x);
            const int64_t to = place + r * p.c_stride + v * kLanes;
            store(p.c + to, finish(
                                *p.end, x, [&] { return load(p.beside + to); },
                                [&] { return load(p.end->bias + j + v * kLanes); }));
          });
      if (p.end && !ends)
        finish_f32({smaller(kTileRows, p.rows - i), smaller(kTileColumns, p.columns - j), sums, p.sums_stride,
                    p.c_stride, p.end->alpha, p.end->beta, p.end->bias ? p.end->bias + j : nullptr},
                   p.beside + place, p.c + place);
    }
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
