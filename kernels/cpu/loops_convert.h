// Conversions between float32 and the 16-bit formats; see loops.h. Compiled once for each instruction set.
#pragma once
#include "kernels/cpu/loops.h"
#include "kernels/cpu/vector.h"
#if !defined(__AVX2__)
#include "kernels/common/formats.h"
#endif

namespace daybreak::kernels::cpu::DAYBREAK_ISA {

inline void from_bf16(const uint16_t* x, float* y, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, load_bf16(x + i, kLanes));
  if (i < count) store_part(y + i, load_bf16(x + i, count - i), count - i);
}

inline void to_bf16(const float* x, uint16_t* y, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store_bf16(y + i, load(x + i), kLanes);
  if (i < count) store_bf16(y + i, load_part(x + i, count - i), count - i);
}

constexpr int64_t kRun = 32;

inline void from_bf16_runs(const uint16_t* x, int64_t step, float* y, int64_t count) {
  for (; count >= kRun; count -= kRun, x += step, y += kRun) from_bf16(x, y, kRun);
  if (count > 0) from_bf16(x, y, count);
}

inline void to_bf16_runs(const float* x, uint16_t* y, int64_t step, int64_t count) {
  for (; count >= kRun; count -= kRun, x += kRun, y += step) to_bf16(x, y, kRun);
  if (count > 0) to_bf16(x, y, count);
}

#if defined(__AVX2__)
inline void from_f16(const uint16_t* x, float* y, int64_t count) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x + i))));
  for (; i < count; ++i) y[i] = _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(x[i])));
}

/// The processor keeps a NaN's payload; formats.h keeps the sign alone.
inline __m128i to_f16_lanes(__m256 v) {
  const __m128i code = _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m128i nan = _mm_cmpgt_epi16(_mm_and_si128(code, _mm_set1_epi16(0x7fff)), _mm_set1_epi16(0x7c00));
  const __m128i quiet = _mm_or_si128(_mm_and_si128(code, _mm_set1_epi16(static_cast<int16_t>(0x8000))), _mm_set1_epi16(0x7e00));
  return _mm_blendv_epi8(code, quiet, nan);
}

inline void to_f16(const float* x, uint16_t* y, int64_t count) {
  int64_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y + i), to_f16_lanes(_mm256_loadu_ps(x + i)));
  for (; i < count; ++i) y[i] = static_cast<uint16_t>(_mm_cvtsi128_si32(to_f16_lanes(_mm256_set1_ps(x[i]))));
}
#else
inline void from_f16(const uint16_t* x, float* y, int64_t count) {
  for (int64_t i = 0; i < count; ++i) y[i] = decode<F16>(x[i]);
}

inline void to_f16(const float* x, uint16_t* y, int64_t count) {
  for (int64_t i = 0; i < count; ++i) y[i] = encode<F16>(x[i]);
}
#endif

}  // namespace daybreak::kernels::cpu::DAYBREAK_ISA
