#include "libcore/codecs/field_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>

#include "libcore/codecs/rans_spread.h"

namespace daybreak::codecs::field::avx2 {
namespace {

constexpr std::size_t kWidth = 8;
constexpr rans::Spread kSpread = rans::make_spread();

inline __m256i load(const std::uint32_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
inline __m256i all(int value) {
  return _mm256_set1_epi32(value);
}
inline __m256i gather(const void* from, __m256i places) {
  return _mm256_i32gather_epi32(static_cast<const int*>(from), places, 4);
}

/// 8 bands of a place from the lanes given; `rows`: the ring's entries of these bands at each feature's distance.
inline void step(State& state, const std::uint32_t* const* rows, std::size_t first, std::uint32_t* entries,
                 std::uint32_t* lanes, std::uint8_t* symbols) {
  __m256i index = _mm256_setzero_si256();
  for (std::size_t f = 0; f < kFeatures; ++f)
    index = _mm256_or_si256(index, _mm256_and_si256(load(rows[f] + first), all(static_cast<int>(state.masks[f]))));
  index = _mm256_srli_epi32(index, 8);
  __m256i x = load(lanes);
  const __m256i slot = _mm256_and_si256(x, all(0xFFF));
  const __m256i table =
      _mm256_and_si256(_mm256_i32gather_epi32(reinterpret_cast<const int*>(state.table_of), index, 1), all(0xFF));
  const __m256i entry = gather(state.slots, _mm256_or_si256(_mm256_slli_epi32(table, 12), slot));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(entries + first), entry);
  const __m256i symbol = _mm256_and_si256(entry, all(0xFF));
  const __m256i span = gather(state.spans, _mm256_or_si256(_mm256_slli_epi32(table, 8), symbol));
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(symbol), _mm256_extracti128_si256(symbol, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(symbols + first), _mm_packus_epi16(words, words));
  const __m256i offset = _mm256_sub_epi32(slot, _mm256_and_si256(span, all(0xFFFF)));
  x = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srli_epi32(span, 16), _mm256_srli_epi32(x, 12)), offset);
  const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
  const auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
  const __m256i next = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(state.words)));
  const __m256i order = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kSpread.of[mask])));
  const __m256i refilled = _mm256_or_si256(_mm256_slli_epi32(x, 16), _mm256_permutevar8x32_epi32(next, order));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes), _mm256_blendv_epi8(x, refilled, low));
  state.words += std::ptrdiff_t{2} * __builtin_popcount(mask);
}

std::size_t decode(State& shared, std::size_t from, std::size_t to, std::uint8_t* symbols) {
  State state = shared;  // a local, which nothing that is written here may alias
  std::size_t place = from;
  for (; place < to && state.end - state.words >= kStepBytes; ++place, symbols += state.there) {
    const std::uint32_t* rows[kFeatures];
    for (std::size_t f = 0; f < kFeatures; ++f)
      rows[f] = state.ring + ((place - state.distances[f]) & state.ring_mask) * state.bands;
    std::uint32_t* const entries = state.ring + (place & state.ring_mask) * state.bands;
    for (std::size_t first = 0; first < state.there; first += kWidth)
      step(state, rows, first, entries, state.lanes + (state.lane + first) % kLanes, symbols);
    state.lane = (state.lane + state.there) % kLanes;
  }
  shared = state;
  return place;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx2", InstructionSet::avx2, kWidth, decode};
  return own;
}

}  // namespace daybreak::codecs::field::avx2
#endif
