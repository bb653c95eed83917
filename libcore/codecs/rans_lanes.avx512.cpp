#include "libcore/codecs/rans_lanes.h"

#ifdef __AVX512BW__
#include <immintrin.h>

namespace daybreak::codecs::rans::avx512 {
namespace {

/// One step of 16 lanes; `words` advances by what they take.
template <bool kContexts>
inline __m512i step(__m512i x, const std::uint32_t* tables, const std::uint8_t* contexts, std::uint8_t* symbols,
                    const std::uint8_t*& words) {
  __m512i slot = _mm512_and_si512(x, _mm512_set1_epi32(0xFFF));
  if constexpr (kContexts) {
    const __m512i context = _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(contexts)));
    slot = _mm512_or_si512(slot, _mm512_slli_epi32(context, 12));
  }
  const __m512i entry = _mm512_i32gather_epi32(slot, tables, 4);
  const __m512i offset = _mm512_and_si512(_mm512_srli_epi32(entry, 8), _mm512_set1_epi32(0xFFF));
  x = _mm512_add_epi32(_mm512_mullo_epi32(_mm512_srli_epi32(entry, 20), _mm512_srli_epi32(x, 12)), offset);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(symbols), _mm512_cvtepi32_epi8(entry));
  const __mmask16 low = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(0x10000));
  const __m512i next = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words)));
  words += std::ptrdiff_t{2} * __builtin_popcount(low);
  return _mm512_mask_or_epi32(x, low, _mm512_slli_epi32(x, 16), _mm512_maskz_expand_epi32(low, next));
}

template <bool kContexts>
std::size_t run(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts, std::uint8_t* symbols,
                std::size_t groups) {
  __m512i first = _mm512_loadu_si512(lanes.states), second = _mm512_loadu_si512(lanes.states + 16);
  const std::uint8_t* words = lanes.words;
  std::size_t done = 0;
  for (; done < groups && lanes.end - words >= kGroupBytes; ++done) {
    const std::size_t at = 32 * done;
    first = step<kContexts>(first, tables, contexts + at, symbols + at, words);
    second = step<kContexts>(second, tables, contexts + at + 16, symbols + at + 16, words);
  }
  _mm512_storeu_si512(lanes.states, first);
  _mm512_storeu_si512(lanes.states + 16, second);
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
  static const LaneKernel own{"avx512", InstructionSet::avx512, decode_groups};
  return own;
}

}  // namespace daybreak::codecs::rans::avx512
#endif
