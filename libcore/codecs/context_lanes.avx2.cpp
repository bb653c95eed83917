#include "libcore/codecs/context_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>

#include "libcore/codecs/rans_spread.h"

namespace daybreak::codecs::lanes::avx2 {
namespace {

constexpr rans::Spread kSpread = rans::make_spread();

inline __m256i load(const std::uint32_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
inline __m128i load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

const std::uint8_t* advance(std::uint32_t* states, const std::uint8_t* words, const Found& found,
                            const std::uint32_t* spans) {
  __m256i x = load(states);
  const __m128i symbols = load(static_cast<const void*>(found.symbols));
  const __m128i tables = load(static_cast<const void*>(found.tables));
  const __m128i places =
      _mm_or_si128(_mm_srli_epi16(tables, kTableShift - 8), _mm_and_si128(symbols, _mm_set1_epi16(0xFF)));
  const __m256i span = _mm256_i32gather_epi32(reinterpret_cast<const int*>(spans), _mm256_cvtepu16_epi32(places), 4);
  const __m256i slot = _mm256_and_si256(x, _mm256_set1_epi32(0xFFF));
  const __m256i offset = _mm256_sub_epi32(slot, _mm256_and_si256(span, _mm256_set1_epi32(0xFFFF)));
  x = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(span, 16), _mm256_srli_epi32(x, 12)), offset);
  const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
  const unsigned mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
  const __m256i next = _mm256_cvtepu16_epi32(load(static_cast<const void*>(words)));
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kSpread.of[mask])));
  const __m256i refilled = _mm256_or_si256(_mm256_slli_epi32(x, 16), _mm256_permutevar8x32_epi32(next, order));
  words += std::ptrdiff_t{2} * __builtin_popcount(mask);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(states), _mm256_blendv_epi8(x, refilled, low));
  return words;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx2", InstructionSet::avx2, advance};
  return own;
}

}  // namespace daybreak::codecs::lanes::avx2
#endif
