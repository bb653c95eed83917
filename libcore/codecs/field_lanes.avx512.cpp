#include "libcore/codecs/field_lanes.h"

#ifdef __AVX512BW__
#include <immintrin.h>

namespace daybreak::codecs::field::avx512 {
namespace {

constexpr std::size_t kWidth = 16;

/// What the loop keeps in registers.
struct Constants {
  explicit Constants(const State& state) {
    for (std::size_t f = 0; f < kFeatures; ++f) masks[f] = _mm512_set1_epi32(static_cast<int>(state.masks[f]));
  }
  __m512i masks[kFeatures];
};

/// 16 bands of a place from the lanes given; `rows`: the ring's entries of these bands at each feature's distance.
inline void step(State& state, const Constants& constants, const std::uint32_t* const* rows, std::size_t first,
                 std::uint32_t* entries, std::uint32_t* lanes, std::uint8_t* symbols) {
  __m512i index = _mm512_and_si512(_mm512_loadu_si512(rows[0] + first), constants.masks[0]);
  for (std::size_t f = 1; f < kFeatures; ++f)
    index = _mm512_ternarylogic_epi32(index, _mm512_loadu_si512(rows[f] + first), constants.masks[f], 0xF8);
  index = _mm512_srli_epi32(index, 8);
  __m512i x = _mm512_loadu_si512(lanes);
  const __m512i slot = _mm512_and_si512(x, _mm512_set1_epi32(0xFFF));
  const __m512i table = _mm512_and_si512(_mm512_i32gather_epi32(index, state.table_of, 1), _mm512_set1_epi32(0xFF));
  const __m512i entry = _mm512_i32gather_epi32(_mm512_or_si512(_mm512_slli_epi32(table, 12), slot), state.slots, 4);
  _mm512_storeu_si512(entries + first, entry);
  const __m512i symbol = _mm512_and_si512(entry, _mm512_set1_epi32(0xFF));
  const __m512i span = _mm512_i32gather_epi32(_mm512_or_si512(_mm512_slli_epi32(table, 8), symbol), state.spans, 4);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(symbols + first), _mm512_cvtepi32_epi8(entry));
  const __m512i offset = _mm512_sub_epi32(slot, _mm512_and_si512(span, _mm512_set1_epi32(0xFFFF)));
  x = _mm512_add_epi32(_mm512_mullo_epi32(_mm512_srli_epi32(span, 16), _mm512_srli_epi32(x, 12)), offset);
  const __mmask16 low = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(0x10000));
  const __m512i next = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(state.words)));
  x = _mm512_mask_or_epi32(x, low, _mm512_slli_epi32(x, 16), _mm512_maskz_expand_epi32(low, next));
  _mm512_storeu_si512(lanes, x);
  state.words += std::ptrdiff_t{2} * __builtin_popcount(low);
}

std::size_t decode(State& shared, std::size_t from, std::size_t to, std::uint8_t* symbols) {
  State state = shared;  // a local, which nothing that is written here may alias
  const Constants constants(state);
  std::size_t place = from;
  for (; place < to && state.end - state.words >= kStepBytes; ++place, symbols += state.there) {
    const std::uint32_t* rows[kFeatures];
    for (std::size_t f = 0; f < kFeatures; ++f)
      rows[f] = state.ring + ((place - state.distances[f]) & state.ring_mask) * state.bands;
    std::uint32_t* const entries = state.ring + (place & state.ring_mask) * state.bands;
    for (std::size_t first = 0; first < state.there; first += kWidth)
      step(state, constants, rows, first, entries, state.lanes + (state.lane + first) % kLanes, symbols);
    state.lane = (state.lane + state.there) % kLanes;
  }
  shared = state;
  return place;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx512", InstructionSet::avx512, kWidth, decode};
  return own;
}

}  // namespace daybreak::codecs::field::avx512
#endif
