#include "libcore/codecs/offset_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>

namespace daybreak::codecs::offsets::avx2 {
namespace {

/// The sums of the lanes up to each, itself among them.
inline __m256i sum_up(__m256i x) {
  x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
  x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
  const __m256i low_end = _mm256_permutevar8x32_epi32(x, _mm256_set1_epi32(3));
  return _mm256_add_epi32(x, _mm256_blend_epi32(_mm256_setzero_si256(), low_end, 0xF0));
}

inline __m128i low_half(__m256i x) {
  return _mm256_castsi256_si128(x);
}
inline __m128i high_half(__m256i x) {
  return _mm256_extracti128_si256(x, 1);
}

inline __m256i ints_at(const void* from, __m256i places) {
  return _mm256_i32gather_epi32(static_cast<const int*>(from), places, 1);
}

inline __m256i wide_half(const std::uint8_t* from, __m128i places, __m128i shifts) {
  const __m256i words = _mm256_i32gather_epi64(reinterpret_cast<const long long*>(from), places, 1);
  return _mm256_srlv_epi64(words, _mm256_cvtepu32_epi64(shifts));
}

/// 8 bytes at each of 8 places, shifted down.
inline __m256i wide_fields(const std::uint8_t* from, __m256i places, __m256i shifts) {
  const __m256i first = wide_half(from, low_half(places), low_half(shifts)),
                second = wide_half(from, high_half(places), high_half(shifts));
  const __m256 low =
      _mm256_shuffle_ps(_mm256_castsi256_ps(first), _mm256_castsi256_ps(second), _MM_SHUFFLE(2, 0, 2, 0));
  return _mm256_permute4x64_epi64(_mm256_castps_si256(low), _MM_SHUFFLE(3, 1, 2, 0));
}

std::size_t read(Source& source, const std::uint8_t* symbols, std::uint32_t* values, std::size_t count) {
  const __m256i seven = _mm256_set1_epi32(7), ones = _mm256_set1_epi32(-1);
  std::uint64_t position = source.position;
  std::size_t done = 0;
  for (; count - done >= 8 && (position >> 3) + kGuard <= source.size; done += 8) {
    const __m256i found = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(symbols + done)));
    const __m256i lower = ints_at(source.bins->lower, _mm256_slli_epi32(found, 2));
    const __m256i width = _mm256_and_si256(ints_at(source.bins->width, found), _mm256_set1_epi32(0xFF));
    const __m256i ends = sum_up(width);
    const __m256i first = _mm256_set1_epi32(static_cast<int>(position & 7));
    const __m256i starts = _mm256_add_epi32(_mm256_sub_epi32(ends, width), first);
    const __m256i places = _mm256_srli_epi32(starts, 3), shifts = _mm256_and_si256(starts, seven);
    const std::uint8_t* const from = source.bytes + (position >> 3);
    const __m256i wide = _mm256_cmpgt_epi32(width, _mm256_set1_epi32(kNarrow));
    const __m256i field = _mm256_testz_si256(wide, wide) ? _mm256_srlv_epi32(ints_at(from, places), shifts)
                                                         : wide_fields(from, places, shifts);
    const __m256i offset = _mm256_andnot_si256(_mm256_sllv_epi32(ones, width), field);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(values + done), _mm256_add_epi32(lower, offset));
    position += static_cast<unsigned>(_mm256_extract_epi32(ends, 7));
  }
  source.position = position;
  return done;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx2", InstructionSet::avx2, read};
  return own;
}

}  // namespace daybreak::codecs::offsets::avx2
#endif
