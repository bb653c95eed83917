// AdamW and the random numbers of stochastic rounding; see loops.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops.h"
#include "kernels/cpu/vector.h"

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

/// The 64-bit products of all lanes with one number, in halves.
inline void multiply_wide(Words a, uint32_t factor, Words& high, Words& low) {
#if defined(__AVX512F__)
  const __m512i x = reinterpret_cast<__m512i>(a), f = _mm512_set1_epi32(static_cast<int>(factor));
  const __m512i even = _mm512_maskz_mul_epu32(0xff, x, f),
                odd = _mm512_maskz_mul_epu32(0xff, _mm512_maskz_srli_epi64(0xff, x, 32), f);
  high = reinterpret_cast<Words>(_mm512_mask_mov_epi32(_mm512_maskz_srli_epi64(0xff, even, 32), 0xaaaa, odd));
  low = reinterpret_cast<Words>(_mm512_mask_mov_epi32(even, 0xaaaa, _mm512_maskz_slli_epi64(0xff, odd, 32)));
#elif defined(__AVX2__)
  const __m256i x = reinterpret_cast<__m256i>(a), f = _mm256_set1_epi32(static_cast<int>(factor));
  const __m256i even = _mm256_mul_epu32(x, f), odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), f);
  high = reinterpret_cast<Words>(_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa));
  low = reinterpret_cast<Words>(_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa));
#else
  for (int64_t l = 0; l < kLanes; ++l) {
    const uint64_t product = static_cast<uint64_t>(a[l]) * factor;
    high[l] = static_cast<uint32_t>(product >> 32);
    low[l] = static_cast<uint32_t>(product);
  }
#endif
}

/// Philox4x32-10 of kernels/common/philox.h, a counter a lane.
inline void philox(Words counter[4], uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round, key0 += 0x9E3779B9, key1 += 0xBB67AE85) {
    Words high0, low0, high1, low1;
    multiply_wide(counter[0], 0xD2511F53, high0, low0);
    multiply_wide(counter[2], 0xCD9E8D57, high1, low1);
    counter[0] = high1 ^ counter[1] ^ key0;
    counter[1] = low1;
    counter[2] = high0 ^ counter[3] ^ key1;
    counter[3] = low0;
  }
}

inline void rounding_numbers(uint64_t seed, uint64_t step, int64_t first_group, int64_t groups,
                             uint16_t* const numbers[3]) {
  constexpr int64_t kBlocks = 16, kHalves = 8, kGroup = kHalves * kBlocks;  // of kernels/common/stochastic_rounding.h
  Words lane;
  for (int64_t l = 0; l < kLanes; ++l) lane[l] = static_cast<uint32_t>(l);
  const Words zero = lane ^ lane;
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t first = 0; first < kBlocks; first += kLanes) {
      const auto block = static_cast<uint64_t>((first_group + g) * kBlocks + first);
      Words words[4] = {lane + static_cast<uint32_t>(block), zero + static_cast<uint32_t>(block >> 32),
                        zero + static_cast<uint32_t>(step), zero + static_cast<uint32_t>(step >> 32)};
      philox(words, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
      for (int64_t half = 0; half < kHalves; ++half) {
        const Codes bits = __builtin_convertvector(half % 2 ? words[half / 2] >> 16 : words[half / 2] & 0xffff, Codes);
        for (int64_t what = 0; what < 3; ++what) {
          const int64_t place = g * kGroup + (half + kHalves - what) % kHalves * kBlocks + first;
          if (numbers[what]) __builtin_memcpy(numbers[what] + place, &bits, sizeof bits);
        }
      }
    }
}

// Arrays of weights and moments: float, or uint16_t, which is bf16. `count` lanes count.
inline void keep(float* x, Vec v, const uint16_t*, int64_t, int64_t count) {
  store_part(x, v, count);
}
/// `numbers`, if any, are those of the whole tile, of which x is the place i.
inline void keep(uint16_t* x, Vec v, const uint16_t* numbers, int64_t i, int64_t count) {
  if (!numbers) return store_bf16(x, v, count);
  Codes random{};
  __builtin_memcpy(&random, numbers + i, static_cast<size_t>(count) * sizeof(uint16_t));
  const Codes codes = narrow_to_bf16_stochastic(v, random);
  __builtin_memcpy(x, &codes, static_cast<size_t>(count) * sizeof(uint16_t));
}

template <typename Weight, typename Moment>
[[gnu::always_inline]] inline void adamw_lanes(const AdamwTile& t, const AdamwFactors& f, int64_t i, int64_t count) {
  Weight* const weight = static_cast<Weight*>(t.weight) + i;
  Moment* const m = static_cast<Moment*>(t.first_moment) + i;
  Moment* const v = static_cast<Moment*>(t.second_moment) + i;
  // All loads come first: a load at a store's place in another page of 4 KiB would wait for it.
  const Vec g = load_part(t.gradient + i, count) * broadcast(f.gradient_scale);
  const Vec old_first = lanes_of(m, count), old_second = lanes_of(v, count);
  Vec w = lanes_of(weight, count);
  if (t.compensation) w += load_bf16(t.compensation + i, count);
  const Vec first = multiply_add(broadcast(f.beta1), old_first, broadcast(1 - f.beta1) * g);
  const Vec second = multiply_add(broadcast(f.beta2), old_second, broadcast(1 - f.beta2) * g * g);
  const Vec root = square_root(second * broadcast(f.correction2)) + broadcast(f.epsilon);
  const Vec direction = multiply_add(broadcast(f.decay), w, first * broadcast(f.correction1) / root);
  w = multiply_add(broadcast(-f.rate), direction, w);
  keep(m, first, t.numbers[1], i, count);
  keep(v, second, t.numbers[2], i, count);
  if (t.compensation) {
    const Vec rounded = widen_bf16(narrow_to_bf16(w));
    store_bf16(t.compensation + i, w - rounded, count);
  }
  keep(weight, w, t.compensation ? nullptr : t.numbers[0], i, count);
  if (t.copy) store_bf16(t.copy + i, w, count);
}

template <typename Weight, typename Moment>
inline void adamw_tile(const AdamwTile& t, const AdamwFactors& f) {
  int64_t i = 0;
  for (; i + kLanes <= t.count; i += kLanes) adamw_lanes<Weight, Moment>(t, f, i, kLanes);
  if (i < t.count) adamw_lanes<Weight, Moment>(t, f, i, t.count - i);
}

inline void adamw(const AdamwTile& t, const AdamwFactors& f) {
  if (t.narrow_weight)
    t.narrow_moments ? adamw_tile<uint16_t, uint16_t>(t, f) : adamw_tile<uint16_t, float>(t, f);
  else
    t.narrow_moments ? adamw_tile<float, uint16_t>(t, f) : adamw_tile<float, float>(t, f);
}

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
