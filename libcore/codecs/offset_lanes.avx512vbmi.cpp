#include "libcore/codecs/offset_lanes.h"

#ifdef __AVX512VBMI__
#include <immintrin.h>

namespace daybreak::codecs::offsets::avx512vbmi {
namespace {

/// 256 bytes, looked up for 64 symbols at once.
struct ByteTable {
  explicit ByteTable(const std::uint8_t* bytes) {
    for (std::size_t i = 0; i < 4; ++i) quarters[i] = _mm512_loadu_si512(bytes + 64 * i);
  }
  __m512i at(__m512i symbols) const {
    const __m512i low = _mm512_permutex2var_epi8(quarters[0], symbols, quarters[1]),
                  high = _mm512_permutex2var_epi8(quarters[2], symbols, quarters[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(symbols), low, high);
  }
  __m512i quarters[4];
};

/// The sums of the lanes before each.
inline __m512i sums_before(__m512i lanes) {
  __m512i x = _mm512_add_epi32(lanes, _mm512_bslli_epi128(lanes, 4));
  x = _mm512_add_epi32(x, _mm512_bslli_epi128(x, 8));
  const __m512i ends = _mm512_shuffle_epi32(x, _MM_PERM_DDDD);  // of each 128 bits the last sum, in all four places
  const __m512i one = _mm512_maskz_shuffle_i64x2(0xFC, ends, ends, _MM_SHUFFLE(2, 1, 0, 0));
  const __m512i two = _mm512_maskz_shuffle_i64x2(0xF0, ends, ends, _MM_SHUFFLE(1, 0, 0, 0));
  const __m512i three = _mm512_maskz_shuffle_i64x2(0xC0, ends, ends, _MM_SHUFFLE(0, 0, 0, 0));
  x = _mm512_sub_epi32(x, lanes);
  return _mm512_add_epi32(_mm512_add_epi32(x, one), _mm512_add_epi32(two, three));
}

/// The lower bounds of 64 symbols, 16 in each part.
struct Lowers {
  Lowers(const ByteTable (&planes)[4], __m512i symbols) {
    // Each 128 bits get four symbols of each part, so that the bytes come together in order.
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i mixed = _mm512_permutexvar_epi32(order, symbols);
    const __m512i a = planes[0].at(mixed), b = planes[1].at(mixed), c = planes[2].at(mixed), d = planes[3].at(mixed);
    const __m512i ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d);
    const __m512i ab_high = _mm512_unpackhi_epi8(a, b), cd_high = _mm512_unpackhi_epi8(c, d);
    parts[0] = _mm512_unpacklo_epi16(ab, cd), parts[1] = _mm512_unpackhi_epi16(ab, cd);
    parts[2] = _mm512_unpacklo_epi16(ab_high, cd_high), parts[3] = _mm512_unpackhi_epi16(ab_high, cd_high);
  }
  __m512i parts[4];
};

/// 4 bytes at each of 16 places, which lie in 64 bytes, shifted down.
inline __m512i narrow_fields(const std::uint8_t* from, __m512i starts) {
  const __m512i spread = _mm512_set1_epi32(0x01010101), within = _mm512_set1_epi32(0x03020100);
  const __m512i places = _mm512_add_epi8(_mm512_mullo_epi32(_mm512_srli_epi32(starts, 3), spread), within);
  const __m512i words = _mm512_permutexvar_epi8(places, _mm512_loadu_si512(from));
  return _mm512_srlv_epi32(words, _mm512_and_si512(starts, _mm512_set1_epi32(7)));
}

inline __m256i wide_half(const std::uint8_t* from, __m256i starts) {
  const __m512i words = _mm512_i32gather_epi64(_mm256_srli_epi32(starts, 3), from, 1);
  const __m256i shifts = _mm256_and_si256(starts, _mm256_set1_epi32(7));
  return _mm512_cvtepi64_epi32(_mm512_srlv_epi64(words, _mm512_cvtepu32_epi64(shifts)));
}

/// 8 bytes at each of 16 places, shifted down.
inline __m512i wide_fields(const std::uint8_t* from, __m512i starts) {
  const __m256i low = wide_half(from, _mm512_castsi512_si256(starts)),
                high = wide_half(from, _mm512_extracti64x4_epi64(starts, 1));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// 16 of 64 bytes as integers of 32 bits.
template <int kPart>
inline __m512i widened(__m512i bytes) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i places = _mm512_add_epi32(first, _mm512_set1_epi32(16 * kPart));
  return _mm512_maskz_permutexvar_epi8(0x1111111111111111, places, bytes);
}

/// Where 64 fields begin, in bits after a first one: of each four the first, and how far behind it each is.
struct Starts {
  explicit Starts(__m512i widths) {
    const __m512i ends = _mm512_mullo_epi32(widths, _mm512_set1_epi32(0x01010101));  // at most 4 * 32
    within = _mm512_sub_epi8(ends, widths);
    const __m512i sums = _mm512_srli_epi32(ends, 24);
    fours = sums_before(sums);
    _mm512_storeu_si512(first, fours);
    total = first[15] + static_cast<std::uint32_t>(_mm_extract_epi8(_mm512_extracti32x4_epi32(ends, 3), 15));
  }
  __m512i within, fours;
  std::uint32_t first[16], total;
};

template <int kPart>
inline void read_part(const std::uint8_t* bytes, std::uint64_t position, const Starts& starts, __m512i widths,
                      __m512i lower, std::uint32_t* values) {
  const std::uint64_t start = position + starts.first[4 * kPart];
  const std::uint8_t* const from = bytes + (start >> 3);
  const __m512i four = _mm512_setr_epi32(4 * kPart, 4 * kPart, 4 * kPart, 4 * kPart, 4 * kPart + 1, 4 * kPart + 1,
                                         4 * kPart + 1, 4 * kPart + 1, 4 * kPart + 2, 4 * kPart + 2, 4 * kPart + 2,
                                         4 * kPart + 2, 4 * kPart + 3, 4 * kPart + 3, 4 * kPart + 3, 4 * kPart + 3);
  const __m512i behind = _mm512_add_epi32(_mm512_permutexvar_epi32(four, starts.fours), widened<kPart>(starts.within));
  const auto skipped = static_cast<int>((start & 7) - starts.first[4 * kPart]);
  const __m512i at = _mm512_add_epi32(behind, _mm512_set1_epi32(skipped)), width = widened<kPart>(widths);
  const bool narrow = _mm512_cmpgt_epi32_mask(width, _mm512_set1_epi32(kNarrow)) == 0;
  const __m512i field = narrow ? narrow_fields(from, at) : wide_fields(from, at);
  const __m512i offset = _mm512_andnot_si512(_mm512_sllv_epi32(_mm512_set1_epi32(-1), width), field);
  _mm512_storeu_si512(values + 16 * kPart, _mm512_add_epi32(lower, offset));
}

std::size_t read(Source& source, const std::uint8_t* symbols, std::uint32_t* values, std::size_t count) {
  const BinTable& bins = *source.bins;
  const ByteTable width_of(bins.width);
  const ByteTable planes[4] = {ByteTable(bins.lower_planes[0]), ByteTable(bins.lower_planes[1]),
                               ByteTable(bins.lower_planes[2]), ByteTable(bins.lower_planes[3])};
  std::uint64_t position = source.position;
  std::size_t done = 0;
  for (; count - done >= 64 && (position >> 3) + kGuard <= source.size; done += 64) {
    const __m512i found = _mm512_loadu_si512(symbols + done);
    const __m512i widths = width_of.at(found);
    const Lowers lowers(planes, found);
    const Starts starts(widths);
    read_part<0>(source.bytes, position, starts, widths, lowers.parts[0], values + done);
    read_part<1>(source.bytes, position, starts, widths, lowers.parts[1], values + done);
    read_part<2>(source.bytes, position, starts, widths, lowers.parts[2], values + done);
    read_part<3>(source.bytes, position, starts, widths, lowers.parts[3], values + done);
    position += starts.total;
  }
  source.position = position;
  return done;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx512vbmi", InstructionSet::avx512vbmi, read};
  return own;
}

}  // namespace daybreak::codecs::offsets::avx512vbmi
#endif
