// Panels of bf16 as the AVX-512 and AMX instructions read them, and the end of a product. For *.avx512bf16.cpp and
// *.amx.cpp alone. A panel is 32 wide and holds, for each 32 of the depth, two tiles of 1 KiB of the panel's first and
// second half:
//   a: [16 rows][32 of the depth];   b: [16 pairs of the depth][16 columns][2 of the depth].
// So an element of a tile, read as 32 bits, is a pair of neighbors in depth, and b's tile is a's with pairs transposed.
#pragma once
#include "kernels/cpu/loops_elementwise.h"
#include "kernels/cpu/products.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

constexpr int64_t kPanelWidth = 32, kHalf = 16, kStepDepth = 32, kTileElements = kHalf * kStepDepth;
constexpr int64_t kStepElements = 2 * kTileElements, kBlockElements = kPanelWidth * kPanelWidth;

inline __mmask32 first_of_32(int64_t count) {
  return count >= 32 ? 0xffffffffu : count <= 0 ? 0 : (1u << count) - 1;
}

/// 32 of float32 as bf16, to nearest even.
inline __m512i narrow_32(Vec low, Vec high) {
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// Two rows of 32 as pairs of neighbors across them: the first 16 pairs and the last.
inline void interleave(__m512i even, __m512i odd, __m512i& first, __m512i& second) {
  alignas(64) static constexpr uint16_t kFirst[32] = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                      8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  const __m512i first_index = _mm512_load_si512(kFirst);
  const __m512i second_index = _mm512_add_epi16(first_index, _mm512_set1_epi16(16));
  first = _mm512_permutex2var_epi16(even, first_index, odd);
  second = _mm512_permutex2var_epi16(even, second_index, odd);
}

/// Element l of the vector for pair l: rows[i][l] becomes rows[l][i], 32 bits each.
/// (Masks of all ones: g++ 12 takes the forms without a mask for reads of what was never written.)
inline void transpose_pairs(__m512i rows[16]) {
  constexpr __mmask16 kAll = 0xffff;
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_maskz_unpacklo_epi32(kAll, rows[i], rows[i + 1]);
    t[i + 1] = _mm512_maskz_unpackhi_epi32(kAll, rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    rows[i] = _mm512_maskz_unpacklo_epi64(0xff, t[i], t[i + 2]);
    rows[i + 1] = _mm512_maskz_unpackhi_epi64(0xff, t[i], t[i + 2]);
    rows[i + 2] = _mm512_maskz_unpacklo_epi64(0xff, t[i + 1], t[i + 3]);
    rows[i + 3] = _mm512_maskz_unpackhi_epi64(0xff, t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 4; ++j) {
      t[i + j] = _mm512_maskz_shuffle_i32x4(kAll, rows[i + j], rows[i + j + 4], 0x88);
      t[i + j + 4] = _mm512_maskz_shuffle_i32x4(kAll, rows[i + j], rows[i + j + 4], 0xdd);
    }
  for (int j = 0; j < 8; ++j) {
    rows[j] = _mm512_maskz_shuffle_i32x4(kAll, t[j], t[j + 8], 0x88);
    rows[j + 8] = _mm512_maskz_shuffle_i32x4(kAll, t[j], t[j + 8], 0xdd);
  }
}

/// The 16 rows of a tile of a, from vectors that lie along the depth.
inline void load_along(const uint16_t* x, int64_t stride, int64_t valid, int64_t depths, __m512i rows[16]) {
  const __mmask32 mask = first_of_32(depths);
  for (int64_t i = 0; i < kHalf; ++i)
    rows[i] = i < valid ? _mm512_maskz_loadu_epi16(mask, x + i * stride) : _mm512_setzero_si512();
}

/// The 16 pairs of a step of the depth for 32 neighbors across it, as tiles of b: the first 16 neighbors and the last.
inline void load_across(const uint16_t* x, int64_t stride, int64_t valid, int64_t depths, __m512i first[16],
                        __m512i second[16]) {
  const __mmask32 mask = first_of_32(valid);
  for (int64_t pair = 0; pair < kHalf; ++pair) {
    const int64_t l = 2 * pair;
    const __m512i even = l < depths ? _mm512_maskz_loadu_epi16(mask, x + l * stride) : _mm512_setzero_si512();
    const __m512i odd = l + 1 < depths ? _mm512_maskz_loadu_epi16(mask, x + (l + 1) * stride) : _mm512_setzero_si512();
    interleave(even, odd, first[pair], second[pair]);
  }
}

inline void store_tile(const __m512i rows[16], uint16_t* tile) {
  for (int i = 0; i < 16; ++i) _mm512_storeu_si512(tile + i * kStepDepth, rows[i]);
}

/// Packs 32 of the depth of a panel, two tiles.
template <bool kTransposed>
void pack_along(const uint16_t* x, int64_t stride, int64_t valid, int64_t depths, uint16_t* tile) {
  for (int64_t half = 0; half < kPanelWidth; half += kHalf, tile += kTileElements) {
    __m512i rows[16];
    load_along(x + half * stride, stride, valid - half, depths, rows);
    if (kTransposed) transpose_pairs(rows);
    store_tile(rows, tile);
  }
}

template <bool kTransposed>
void pack_across(const uint16_t* x, int64_t stride, int64_t valid, int64_t depths, uint16_t* tile) {
  __m512i first[16], second[16];
  load_across(x, stride, valid, depths, first, second);
  if (kTransposed) {
    transpose_pairs(first);
    transpose_pairs(second);
  }
  store_tile(first, tile);
  store_tile(second, tile + kTileElements);
}

/// Step `step` of a panel of a (rows of vectors) or b (transposed pairs).
template <bool kOfB>
[[gnu::noinline]] void pack_step(const PanelSource& source, int64_t step, uint16_t* panel) {
  const uint16_t* const x = source.x + step * source.step;
  const int64_t depths = source.depths - step * kStepDepth;
  uint16_t* const to = panel + step * kStepElements;
  if (depths > kStepDepth)
    for (int64_t row = 0; row < kPanelWidth; ++row) _mm_prefetch(x + source.step + row * source.stride, _MM_HINT_T0);
  source.along ? pack_along<kOfB>(x, source.stride, source.valid, depths, to)
               : pack_across<!kOfB>(x, source.stride, source.valid, depths, to);
}

template <bool kOfB>
void pack_panel(const PanelSource& source, uint16_t* panel) {
  for (int64_t step = 0; step * kStepDepth < source.depths; ++step) pack_step<kOfB>(source, step, panel);
}

/// Two vectors of a row of a block: 32 neighbors, of which the columns that there are.
struct RowPair {
  Vec v[2];
};

class BlockRow {
 public:
  BlockRow(const BlockMatrix& matrix, __mmask32 columns, int64_t row)
      : bf16_(matrix.bf16),
        columns_(columns),
        place_(matrix.data +
               (row / kPanelWidth * matrix.row_block + row % kPanelWidth * matrix.row) * (matrix.bf16 ? 2 : 4)) {}

  [[gnu::always_inline]] RowPair read() const {
    const auto first = static_cast<__mmask16>(columns_), second = static_cast<__mmask16>(columns_ >> 16);
    if (bf16_)
      return {{widen_bf16((Codes)_mm256_maskz_loadu_epi16(first, place_)),
               widen_bf16((Codes)_mm256_maskz_loadu_epi16(second, place_ + sizeof(Vec) / 2))}};
    return {{_mm512_maskz_loadu_ps(first, place_), _mm512_maskz_loadu_ps(second, place_ + sizeof(Vec))}};
  }
  [[gnu::always_inline]] void write(const RowPair& x) const {
    if (bf16_) {
      _mm512_mask_storeu_epi16(place_, columns_, narrow_32(x.v[0], x.v[1]));
    } else {
      _mm512_mask_storeu_ps(place_, static_cast<__mmask16>(columns_), x.v[0]);
      _mm512_mask_storeu_ps(place_ + sizeof(Vec), static_cast<__mmask16>(columns_ >> 16), x.v[1]);
    }
  }
  void fetch() const {
    __builtin_prefetch(place_, 1, 3);
    if (!bf16_) __builtin_prefetch(place_ + sizeof(Vec), 1, 3);
  }

 private:
  bool bf16_;
  __mmask32 columns_;
  std::byte* place_;
};

/// Blocks whose sums wait to become a part of c. While the next block is multiplied, a few rows at a time are finished:
/// the vector units have nothing else to do then.
template <daybreak_epilogue kEpilogue>
class Finishing {
 public:
  explicit Finishing(const PanelEnd* end) : end_(end), columns_(end ? first_of_32(end->columns) : 0) {}

  /// The sums [32, 32] of rows [first, first + 32) of the task are complete.
  void take(const float* sums, int64_t first) {
    sums_ = sums;
    row_ = first;
    stop_ = first + kPanelWidth < end_->rows ? first + kPanelWidth : end_->rows;
  }
  [[gnu::always_inline]] void advance(int64_t rows) {
    for (; rows > 0 && row_ < stop_; --rows, ++row_, sums_ += kPanelWidth) finish_row();
  }
  void complete() { advance(kPanelWidth); }

 private:
  [[gnu::always_inline]] void finish_row() {
    const PanelEnd& e = *end_;
    const BlockRow c(e.c, columns_, row_);
    const Vec alpha = broadcast(e.alpha);
    RowPair x{{multiply_add(load(sums_), alpha, load(e.bias)),
               multiply_add(load(sums_ + kLanes), alpha, load(e.bias + kLanes))}};
    RowPair old{};
    if (e.beta != 0) old = BlockRow(e.addend, columns_, row_).read();  // before aux, which may be c, is written
    apply(x);
    if (e.beta != 0)
      for (int i = 0; i < 2; ++i) x.v[i] = multiply_add(old.v[i], broadcast(e.beta), x.v[i]);
    c.write(x);
    if (row_ + kPanelWidth < e.rows) BlockRow(e.c, columns_, row_ + kPanelWidth).fetch();
  }
  [[gnu::always_inline]] void apply(RowPair& x) {
    if constexpr (kEpilogue == DAYBREAK_EPILOGUE_GELU) {
      if (end_->aux.data) BlockRow(end_->aux, columns_, row_).write(x);
      for (Vec& v : x.v) v = gelu_of(end_->aux.data && end_->aux.bf16 ? widen_bf16((Codes)_mm512_cvtneps_pbh(v)) : v);
    } else if constexpr (kEpilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) {
      const RowPair aux = BlockRow(end_->aux, columns_, row_).read();
      for (int i = 0; i < 2; ++i) x.v[i] = gelu_gradient_of(aux.v[i], x.v[i]);
    }
  }

  const PanelEnd* end_;
  __mmask32 columns_;
  const float* sums_ = nullptr;
  int64_t row_ = 0, stop_ = 0;
};

/// The next panel of b on its way while this one is multiplied, a little with each step.
class NextPanel {
 public:
  explicit NextPanel(const PanelProduct& p) : p_(p), steps_each_(p.row_blocks) {
    if (p.next_b) lines_ = p.steps * kLines, lines_each_ = (kLines + p.row_blocks - 1) / p.row_blocks;
    if (p.next_source) packs_ = p.steps;
  }
  [[gnu::always_inline]] void advance() {
    for (int64_t i = 0; i < lines_each_ && line_ < lines_; ++i, ++line_)
      _mm_prefetch(p_.next_b + line_ * kLineElements, _MM_HINT_T1);
    if (packed_ < packs_ && ++waited_ == steps_each_) pack();
  }
  void complete() {
    while (packed_ < packs_) pack();
  }

 private:
  static constexpr int64_t kLineElements = 32, kLines = kStepElements / kLineElements;  // of a step of b
  void pack() {
    waited_ = 0;
    pack_step<true>(*p_.next_source, packed_++, p_.next_panel);
  }

  const PanelProduct& p_;
  int64_t steps_each_, lines_ = 0, lines_each_ = 0, line_ = 0, packs_ = 0, packed_ = 0, waited_ = 0;
};

/// The blocks of a panel's product one after the other, by multiply_block(a, sums, index, beside): it calls
/// beside() once for each step, for what the vector units do meanwhile.
template <daybreak_epilogue kEpilogue, typename MultiplyBlock>
[[gnu::always_inline]] inline void panel_blocks(const PanelProduct& p, MultiplyBlock multiply_block) {
  Finishing<kEpilogue> finishing(p.last ? p.end : nullptr);
  NextPanel next(p);
  const int64_t rows_each = (kPanelWidth + p.steps - 1) / (p.steps ? p.steps : 1);
  const auto beside = [&]() __attribute__((always_inline)) {
    next.advance();
    finishing.advance(rows_each);
  };
  for (int64_t i = 0; i < p.row_blocks; ++i) {
    float* const sums = p.sums + (p.first && p.last ? i % 2 : i) * kBlockElements;
    multiply_block(p.a + i * p.a_panel, sums, i, beside);
    if (!p.last) continue;
    finishing.complete();
    finishing.take(sums, i * kPanelWidth);
  }
  if (p.last) finishing.complete();
  next.complete();
}

/// Both chips' instructions read the same panels; only the multiplication differs.
template <typename MultiplyBlock>
[[gnu::always_inline]] inline void multiply_panel(const PanelProduct& p, MultiplyBlock multiply_block) {
  switch (p.last ? p.end->epilogue : DAYBREAK_EPILOGUE_NONE) {
    case DAYBREAK_EPILOGUE_GELU:
      return panel_blocks<DAYBREAK_EPILOGUE_GELU>(p, multiply_block);
    case DAYBREAK_EPILOGUE_GELU_BACKWARD:
      return panel_blocks<DAYBREAK_EPILOGUE_GELU_BACKWARD>(p, multiply_block);
    default:
      return panel_blocks<DAYBREAK_EPILOGUE_NONE>(p, multiply_block);
  }
}

constexpr Bf16Tiles bf16_tiles(decltype(Bf16Tiles::begin) begin, decltype(Bf16Tiles::multiply) multiply,
                               decltype(Bf16Tiles::end) end, decltype(Bf16Tiles::spin) spin) {
  return {pack_panel<false>, pack_panel<true>, begin, multiply, end, spin};
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
