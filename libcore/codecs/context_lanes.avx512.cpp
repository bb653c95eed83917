#include "libcore/codecs/context_lanes.h"

#ifdef __AVX512BW__
#include <immintrin.h>

namespace daybreak::codecs::lanes::avx512 {
namespace {

const std::uint8_t* advance(std::uint32_t* states, const std::uint8_t* words, const Found& found,
                            const std::uint32_t* spans) {
  __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(states));
  const __m128i symbols = _mm_loadu_si128(reinterpret_cast<const __m128i*>(found.symbols));
  const __m128i tables = _mm_loadu_si128(reinterpret_cast<const __m128i*>(found.tables));
  const __m128i places =
      _mm_or_si128(_mm_srli_epi16(tables, kTableShift - 8), _mm_and_si128(symbols, _mm_set1_epi16(0xFF)));
  const __m256i span = _mm256_i32gather_epi32(reinterpret_cast<const int*>(spans), _mm256_cvtepu16_epi32(places), 4);
  const __m256i slot = _mm256_and_si256(x, _mm256_set1_epi32(0xFFF));
  const __m256i offset = _mm256_sub_epi32(slot, _mm256_and_si256(span, _mm256_set1_epi32(0xFFFF)));
  x = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(span, 16), _mm256_srli_epi32(x, 12)), offset);
  const __mmask8 low = _mm256_cmplt_epu32_mask(x, _mm256_set1_epi32(0x10000));
  const __m256i next = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words)));
  x = _mm256_mask_or_epi32(x, low, _mm256_slli_epi32(x, 16), _mm256_maskz_expand_epi32(low, next));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(states), x);
  return words + std::ptrdiff_t{2} * __builtin_popcount(low);
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx512", InstructionSet::avx512, advance};
  return own;
}

}  // namespace daybreak::codecs::lanes::avx512
#endif
