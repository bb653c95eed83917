// Panels of bf16 as the AVX-512 and AMX instructions read them. Included by products.avx512bf16.cpp and
// products.amx.cpp alone. A panel is 32 wide and holds, for each 32 of the depth, two tiles of 1 KiB of the panel's
// first and second half:
//   a: [16 rows][32 of the depth];   b: [16 pairs of the depth][16 columns][2 of the depth].
// So an element of a tile, read as 32 bits, is a pair of neighbors in depth, and b's tile is a's with pairs transposed.
#pragma once
#include "kernels/cpu/products.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

constexpr int64_t kPanelWidth = 32, kHalf = 16, kStepDepth = 32, kTileElements = kHalf * kStepDepth;

inline __mmask32 first_of_32(int64_t count) {
  return count >= 32 ? 0xffffffffu : count <= 0 ? 0 : (1u << count) - 1;
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
  alignas(64) static constexpr uint16_t kFirst[32] = {0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
                                                      8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
  const __m512i first_index = _mm512_load_si512(kFirst);
  const __m512i second_index = _mm512_add_epi16(first_index, _mm512_set1_epi16(16));
  const __mmask32 mask = first_of_32(valid);
  for (int64_t pair = 0; pair < kHalf; ++pair) {
    const int64_t l = 2 * pair;
    const __m512i even = l < depths ? _mm512_maskz_loadu_epi16(mask, x + l * stride) : _mm512_setzero_si512();
    const __m512i odd = l + 1 < depths ? _mm512_maskz_loadu_epi16(mask, x + (l + 1) * stride) : _mm512_setzero_si512();
    first[pair] = _mm512_permutex2var_epi16(even, first_index, odd);
    second[pair] = _mm512_permutex2var_epi16(even, second_index, odd);
  }
}

inline void store_tile(const __m512i rows[16], uint16_t* tile) {
  for (int i = 0; i < 16; ++i) _mm512_storeu_si512(tile + i * kStepDepth, rows[i]);
}

template <bool kTransposed>
void pack_bf16_along(const void* from, int64_t stride, int64_t valid, int64_t depths, void* to) {
  const uint16_t* const x = static_cast<const uint16_t*>(from);
  uint16_t* tile = static_cast<uint16_t*>(to);
  for (int64_t l = 0; l < depths; l += kStepDepth)
    for (int64_t half = 0; half < kPanelWidth; half += kHalf, tile += kTileElements) {
      __m512i rows[16];
      load_along(x + half * stride + l, stride, valid - half, depths - l, rows);
      if (kTransposed) transpose_pairs(rows);
      store_tile(rows, tile);
    }
}

template <bool kTransposed>
void pack_bf16_across(const void* from, int64_t stride, int64_t valid, int64_t depths, void* to) {
  const uint16_t* const x = static_cast<const uint16_t*>(from);
  uint16_t* tile = static_cast<uint16_t*>(to);
  for (int64_t l = 0; l < depths; l += kStepDepth, tile += 2 * kTileElements) {
    __m512i first[16], second[16];
    load_across(x + l * stride, stride, valid, depths - l, first, second);
    if (kTransposed) {
      transpose_pairs(first);
      transpose_pairs(second);
    }
    store_tile(first, tile);
    store_tile(second, tile + kTileElements);
  }
}

/// Both chips' instructions read the same panels; only the multiplication differs.
constexpr ProductTiles bf16_tiles(decltype(ProductTiles::multiply) multiply) {
  return {sizeof(uint16_t),
          kPanelWidth,
          kPanelWidth,
          kStepDepth,
          pack_bf16_along<false>,
          pack_bf16_across<true>,
          pack_bf16_along<true>,
          pack_bf16_across<false>,
          multiply};
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
