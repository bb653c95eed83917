#include "libcore/codecs/lookup_lanes.h"

#ifdef __AVX512VBMI__
#include <immintrin.h>

namespace daybreak::codecs::lookup::avx512vbmi {
namespace {

constexpr int kPairs = kEntries / 128;

/// The low bytes of 64 numbers.
inline __m512i low_bytes(__m512i first, __m512i second) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(first)), _mm512_cvtepi16_epi8(second), 1);
}

std::size_t find(const std::uint8_t* table, const std::uint16_t* places, std::uint8_t* found, std::size_t count) {
  __m512i parts[2 * kPairs];
  for (int i = 0; i < 2 * kPairs; ++i) parts[i] = _mm512_loadu_si512(table + 64 * i);
  std::size_t done = 0;
  for (; count - done >= 64; done += 64) {
    const __m512i first = _mm512_loadu_si512(places + done), second = _mm512_loadu_si512(places + done + 32);
    const __m512i low = low_bytes(first, second);
    const __m512i pair = low_bytes(_mm512_srli_epi16(first, 7), _mm512_srli_epi16(second, 7));
    __m512i result = _mm512_permutex2var_epi8(parts[0], low, parts[1]);
    for (int i = 1; i < kPairs; ++i)
      result = _mm512_mask_mov_epi8(result, _mm512_cmpeq_epi8_mask(pair, _mm512_set1_epi8(static_cast<char>(i))),
                                    _mm512_permutex2var_epi8(parts[2 * i], low, parts[2 * i + 1]));
    _mm512_storeu_si512(found + done, result);
  }
  return done;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx512vbmi", InstructionSet::avx512vbmi, find};
  return own;
}

}  // namespace daybreak::codecs::lookup::avx512vbmi
#endif
