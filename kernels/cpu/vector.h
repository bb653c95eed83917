// Vectors of float32 in the instruction set that this file is compiled for, under a namespace of its name: the same
// source is compiled once for each. Nothing here may call an inline function of the standard library: its copy from a
// file with more instructions could be the one that the linker keeps.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AMX_BF16__)
#define DAYBREAK_ISA amx
#elif defined(__AVX512BF16__)
#define DAYBREAK_ISA avx512bf16
#elif defined(__AVX512F__)
#define DAYBREAK_ISA avx512
#elif defined(__AVX2__)
#define DAYBREAK_ISA avx2
#else
#define DAYBREAK_ISA plain
#endif

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

inline int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

#if defined(__AVX512F__)
using Vec = __m512;
using Bits __attribute__((vector_size(64))) = int32_t;
using Words __attribute__((vector_size(64))) = uint32_t;
inline Vec broadcast(float x) { return _mm512_set1_ps(x); }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
inline Vec square_root(Vec x) { return _mm512_maskz_sqrt_ps(0xffff, x); }
#elif defined(__AVX2__)
using Vec = __m256;
using Bits __attribute__((vector_size(32))) = int32_t;
using Words __attribute__((vector_size(32))) = uint32_t;
inline Vec broadcast(float x) { return _mm256_set1_ps(x); }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
inline Vec square_root(Vec x) { return _mm256_sqrt_ps(x); }
#else
using Vec __attribute__((vector_size(16))) = float;
using Bits __attribute__((vector_size(16))) = int32_t;
using Words __attribute__((vector_size(16))) = uint32_t;
inline Vec broadcast(float x) { return Vec{x, x, x, x}; }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return a * b + c; }
inline Vec square_root(Vec x) {
  return Vec{__builtin_sqrtf(x[0]), __builtin_sqrtf(x[1]), __builtin_sqrtf(x[2]), __builtin_sqrtf(x[3])};
}
#endif

constexpr int64_t kLanes = sizeof(Vec) / sizeof(float);

inline Vec load(const float* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
inline void store(float* p, Vec v) { __builtin_memcpy(p, &v, sizeof v); }
/// The first `count` lanes; the others are 0.
inline Vec load_part(const float* p, int64_t count) {
  Vec v = broadcast(0);
  __builtin_memcpy(&v, p, static_cast<size_t>(count) * sizeof(float));
  return v;
}
inline void store_part(float* p, Vec v, int64_t count) {
  __builtin_memcpy(p, &v, static_cast<size_t>(count) * sizeof(float));
}

using Codes __attribute__((vector_size(sizeof(Vec) / 2))) = uint16_t;

inline Words widen(Codes codes) {
#if defined(__AVX512F__)
  return reinterpret_cast<Words>(_mm512_maskz_cvtepu16_epi32(0xffff, reinterpret_cast<__m256i>(codes)));
#else
  return __builtin_convertvector(codes, Words);
#endif
}
/// bf16 to float32: the upper half of it.
inline Vec widen_bf16(Codes codes) {
  return reinterpret_cast<Vec>(widen(codes) << 16);
}
/// The upper halves of bits + added; NaN becomes the quiet NaN of its sign, as in kernels/common/formats.h.
inline Codes narrow_after_adding(Words bits, Words added) {
#if defined(__AVX512F__)
  const __m512i sum = reinterpret_cast<__m512i>(bits + added),
                nan = reinterpret_cast<__m512i>((bits & 0x80000000u) | 0x7fc00000u);
  const __mmask16 is_nan = _mm512_cmp_ps_mask(reinterpret_cast<Vec>(bits), reinterpret_cast<Vec>(bits), _CMP_UNORD_Q);
  return reinterpret_cast<Codes>(_mm512_maskz_cvtepi32_epi16(
      0xffff, _mm512_maskz_srli_epi32(0xffff, _mm512_mask_mov_epi32(sum, is_nan, nan), 16)));
#else
  const Words sign = (bits >> 16) & 0x8000, rounded = (bits + added) >> 16;
  const Words is_nan = reinterpret_cast<Words>((bits & 0x7fffffff) > 0x7f800000);
  return __builtin_convertvector((rounded & ~is_nan) | ((sign | 0x7fc0) & is_nan), Codes);
#endif
}
/// To nearest even.
inline Codes narrow_to_bf16(Vec v) {
  const Words bits = reinterpret_cast<Words>(v);
  return narrow_after_adding(bits, ((bits >> 16) & 1) + 0x7fff);
}
/// encode_bf16_stochastic of kernels/common/stochastic_rounding.h.
inline Codes narrow_to_bf16_stochastic(Vec v, Codes random) {
  return narrow_after_adding(reinterpret_cast<Words>(v), widen(random));
}
/// The first `count` lanes; the others are 0.
inline Vec load_bf16(const uint16_t* p, int64_t count) {
  Codes codes{};
  __builtin_memcpy(&codes, p, static_cast<size_t>(count) * sizeof(uint16_t));
  return widen_bf16(codes);
}
inline void store_bf16(uint16_t* p, Vec v, int64_t count) {
  const Codes codes = narrow_to_bf16(v);
  __builtin_memcpy(p, &codes, static_cast<size_t>(count) * sizeof(uint16_t));
}

/// Arrays of float, or of uint16_t, which are bf16: the first `count` lanes; the others are 0.
inline Vec lanes_of(const float* p, int64_t count) { return load_part(p, count); }
inline Vec lanes_of(const uint16_t* p, int64_t count) { return load_bf16(p, count); }

/// mask ? a : b, lane by lane; the mask is a comparison's result.
inline Vec select(Bits mask, Vec a, Vec b) {
  return reinterpret_cast<Vec>((reinterpret_cast<Bits>(a) & mask) | (reinterpret_cast<Bits>(b) & ~mask));
}
/// The larger, or the smaller; where x is NaN, NaN.
#if defined(__AVX2__) && !defined(__AVX512F__)
inline Vec at_least(Vec x, Vec low) { return _mm256_max_ps(low, x); }  // the second operand, where one is NaN
inline Vec at_most(Vec x, Vec high) { return _mm256_min_ps(high, x); }
#else
inline Vec at_least(Vec x, Vec low) { return select(x < low, low, x); }
inline Vec at_most(Vec x, Vec high) { return select(x > high, high, x); }
#endif

/// The larger of numbers; what becomes of NaN is not said.
inline Vec larger(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_maskz_max_ps(0xffff, a, b);
#elif defined(__AVX2__)
  return _mm256_max_ps(a, b);
#else
  return select(a > b, a, b);
#endif
}
inline Vec magnitude(Vec x) {
  return reinterpret_cast<Vec>(reinterpret_cast<Bits>(x) & 0x7fffffff);
}

/// Of the pairs of blocks of kStep lanes of two vectors, the second block of a and the first of b swap places. Lanes are
/// constants: found at run time, they cost several times the whole.
template <int64_t kStep, int64_t... kLane>
[[gnu::always_inline]] inline void swap_blocks(Vec& a, Vec& b, std::integer_sequence<int64_t, kLane...>) {
  const Vec first = __builtin_shufflevector(a, b, (kLane & kStep ? kLanes + kLane - kStep : kLane)...);
  b = __builtin_shufflevector(a, b, (kLane & kStep ? kLanes + kLane : kLane + kStep)...);
  a = first;
}

/// Lane l of vector i becomes lane i of vector l: blocks beside the diagonal swap places, from single lanes to halves.
template <int64_t kStep = 1>
[[gnu::always_inline]] inline void transpose(Vec rows[kLanes]) {
  if constexpr (kStep < kLanes) {
#pragma GCC unroll 16
    for (int64_t i = 0; i < kLanes; ++i)
      if (!(i & kStep)) swap_blocks<kStep>(rows[i], rows[i + kStep], std::make_integer_sequence<int64_t, kLanes>());
    transpose<2 * kStep>(rows);
  }
}

inline float sum_lanes(Vec v) {
  float lanes[kLanes];
  store(lanes, v);
  for (int64_t step = kLanes / 2; step > 0; step /= 2)
    for (int64_t i = 0; i < step; ++i) lanes[i] += lanes[i + step];
  return lanes[0];
}

/// e^x for x from -86 to 88.3, within 1e-7 of its value (measured: 8.7e-8); 0 below, infinite above 88.72, NaN for NaN.
/// The argument is reduced by multiples of ln 2 in two parts (Cody and Waite), then the series is summed to term 7.
inline Vec exponential(Vec x) {
#if defined(__AVX512F__)
  const Vec clamped = _mm512_maskz_min_ps(0xffff, broadcast(89.0f), x);  // the second operand, where one is NaN
  const Vec n = _mm512_maskz_roundscale_ps(0xffff, clamped * broadcast(1.44269504088896341f),
                                           _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#else
  const Vec clamped = at_most(at_least(x, broadcast(-87.0f)), broadcast(88.8f));
  const Vec kMagic = broadcast(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number
  const Vec shifted = multiply_add(clamped, broadcast(1.44269504088896341f), kMagic);
  const Vec n = shifted - kMagic;
#endif
  Vec r = multiply_add(n, broadcast(-0.693359375f), clamped);
  r = multiply_add(n, broadcast(2.12194440e-4f), r);
  Vec p = broadcast(1.0f / 5040);
  p = multiply_add(p, r, broadcast(1.0f / 720));
  p = multiply_add(p, r, broadcast(1.0f / 120));
  p = multiply_add(p, r, broadcast(1.0f / 24));
  p = multiply_add(p, r, broadcast(1.0f / 6));
  p = multiply_add(p, r, broadcast(0.5f));
  p = multiply_add(p, r * r, r) + broadcast(1.0f);
#if defined(__AVX512F__)
  return _mm512_maskz_scalef_ps(_mm512_cmp_ps_mask(x, broadcast(-86.0f), _CMP_NLT_UQ), p, n);
#else
  // 2^(n-1) and once more 2: 2^128 alone is not a float.
  const Words exponent = (reinterpret_cast<Words>(shifted) << 23) + (126u << 23);
  const Vec value = p * reinterpret_cast<Vec>(exponent) * broadcast(2.0f);
  return select(x < broadcast(-86.0f), broadcast(0.0f), value);
#endif
}

/// 1 / (1 + e^-x).
inline Vec logistic(Vec x) { return broadcast(1.0f) / (broadcast(1.0f) + exponential(-x)); }

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
