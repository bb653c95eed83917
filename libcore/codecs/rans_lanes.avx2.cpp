#include "libcore/codecs/rans_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>

#include "libcore/codecs/rans_spread.h"

namespace daybreak::codecs::rans::avx2 {
namespace {

constexpr Spread kSpread = make_spread();

/// One step of 8 lanes; returns their table entries, `words` advances by what the lanes take.
template <bool kContexts>
inline __m256i step(__m256i& x, const std::uint32_t* tables, const std::uint8_t* contexts, const std::uint8_t*& words) {
  __m256i slot = _mm256_and_si256(x, _mm256_set1_epi32(0xFFF));
  if constexpr (kContexts) {
    const __m256i context = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(contexts)));
    slot = _mm256_or_si256(slot, _mm256_slli_epi32(context, 12));
  }
  const __m256i entry = _mm256_i32gather_epi32(reinterpret_cast<const int*>(tables), slot, 4);
  const __m256i offset = _mm256_and_si256(_mm256_srli_epi32(entry, 8), _mm256_set1_epi32(0xFFF));
  x = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(entry, 20), _mm256_srli_epi32(x, 12)), offset);
  const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
  const unsigned mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
  const __m256i next = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words)));
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kSpread.of[mask])));
  const __m256i refilled = _mm256_or_si256(_mm256_slli_epi32(x, 16), _mm256_permutevar8x32_epi32(next, order));
  words += std::ptrdiff_t{2} * __builtin_popcount(mask);
  x = _mm256_blendv_epi8(x, refilled, low);
  return _mm256_and_si256(entry, _mm256_set1_epi32(0xFF));
}

/// The 32 bytes in the low ends of four vectors, in order.
inline __m256i pack(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i bytes = _mm256_packus_epi16(_mm256_packus_epi32(a, b), _mm256_packus_epi32(c, d));
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

template <bool kContexts>
std::size_t run(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts, std::uint8_t* symbols,
                std::size_t groups) {
  __m256i x[4], entry[4];
  for (std::size_t i = 0; i < 4; ++i) x[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lanes.states + 8 * i));
  const std::uint8_t* words = lanes.words;
  std::size_t done = 0;
  for (; done < groups && lanes.end - words >= kGroupBytes; ++done) {
    const std::size_t at = 32 * done;
    for (std::size_t i = 0; i < 4; ++i) entry[i] = step<kContexts>(x[i], tables, contexts + at + 8 * i, words);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(symbols + at), pack(entry[0], entry[1], entry[2], entry[3]));
  }
  for (std::size_t i = 0; i < 4; ++i) _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes.states + 8 * i), x[i]);
  lanes.words = words;
  return done;
}

std::size_t decode_groups(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts,
                          std::uint8_t* symbols, std::size_t groups) {
  // Without contexts their address only takes part in sums.
  return contexts ? run<true>(lanes, tables, contexts, symbols, groups)
                  : run<false>(lanes, tables, symbols, symbols, groups);
}

}  // namespace

const LaneKernel& kernel() {
  static const LaneKernel own{"avx2", InstructionSet::avx2, decode_groups};
  return own;
}

}  // namespace daybreak::codecs::rans::avx2
#endif
