#include "libcore/codecs/linear_lanes.h"

#ifdef __AVX512BW__
#include <immintrin.h>

namespace daybreak::codecs::linear::avx512 {
namespace {

constexpr std::size_t kWidth = 8, kVectors = kLanes / kWidth;

template <std::size_t kCount>
bool run(State& state, std::int32_t* residuals, std::size_t places) {
  __m512d weights[kVectors][kCount];
  for (std::size_t v = 0; v < kVectors; ++v)
    for (std::size_t k = 0; k < kCount; ++k) weights[v][k] = _mm512_loadu_pd(state.weights[k] + v * kWidth);
  const __m512d round = _mm512_set1_pd(kRound), most = _mm512_set1_pd(kMostSample);
  __mmask8 fits = 0xFF;
  for (std::size_t place = kMostWeights; place < kMostWeights + places; ++place)
    for (std::size_t v = 0; v < kVectors; ++v, residuals += kWidth) {
      __m512d sum = _mm512_set1_pd(kBelow);
      for (std::size_t k = kCount; k-- > 0;)
        sum = _mm512_fmadd_pd(weights[v][k], _mm512_loadu_pd(state.samples[place - 1 - k] + v * kWidth), sum);
      const __m256i residual = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(residuals));
      const __m512d less = _mm512_sub_pd(round, _mm512_cvtepi32_pd(residual));
      const __m512d sample = _mm512_sub_pd(_mm512_add_pd(sum, round), less);
      _mm512_storeu_pd(state.samples[place] + v * kWidth, sample);
      const __mmask8 here = _mm512_cmp_pd_mask(_mm512_abs_pd(sample), most, _CMP_LE_OQ);
      fits &= here;
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(residuals), _mm512_maskz_cvttpd_epi32(here, sample));
    }
  return fits == 0xFF;
}

bool restore(State& state, std::int32_t* residuals, std::size_t places) {
  if (state.count <= 4) return run<4>(state, residuals, places);
  if (state.count <= 8) return run<8>(state, residuals, places);
  return run<kMostWeights>(state, residuals, places);
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx512", InstructionSet::avx512, restore};
  return own;
}

}  // namespace daybreak::codecs::linear::avx512
#endif
