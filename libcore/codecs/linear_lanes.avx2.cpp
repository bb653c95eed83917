#include "libcore/codecs/linear_lanes.h"

#ifdef __AVX2__
#include <immintrin.h>

namespace daybreak::codecs::linear::avx2 {
namespace {

constexpr std::size_t kWidth = 4;

template <std::size_t kCount>
bool run(State& state, std::int32_t* residuals, std::size_t places) {
  const __m256d round = _mm256_set1_pd(kRound), most = _mm256_set1_pd(kMostSample);
  const __m256d magnitude = _mm256_castsi256_pd(_mm256_srli_epi64(_mm256_set1_epi64x(-1), 1));
  __m256d fits = _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
  for (std::size_t place = kMostWeights; place < kMostWeights + places; ++place)
    for (std::size_t first = 0; first < kLanes; first += kWidth, residuals += kWidth) {
      __m256d sum = _mm256_set1_pd(kBelow);
      for (std::size_t k = kCount; k-- > 0;)
        sum = _mm256_add_pd(sum, _mm256_mul_pd(_mm256_loadu_pd(state.weights[k] + first),
                                               _mm256_loadu_pd(state.samples[place - 1 - k] + first)));
      __m128i* const at = reinterpret_cast<__m128i*>(residuals);
      const __m256d less = _mm256_sub_pd(round, _mm256_cvtepi32_pd(_mm_loadu_si128(at)));
      const __m256d sample = _mm256_sub_pd(_mm256_add_pd(sum, round), less);
      _mm256_storeu_pd(state.samples[place] + first, sample);
      const __m256d here = _mm256_cmp_pd(_mm256_and_pd(sample, magnitude), most, _CMP_LE_OQ);
      fits = _mm256_and_pd(fits, here);
      _mm_storeu_si128(at, _mm256_cvttpd_epi32(_mm256_and_pd(sample, here)));
    }
  return _mm256_movemask_pd(fits) == 0xF;
}

bool restore(State& state, std::int32_t* residuals, std::size_t places) {
  if (state.count <= 4) return run<4>(state, residuals, places);
  if (state.count <= 8) return run<8>(state, residuals, places);
  return run<kMostWeights>(state, residuals, places);
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"avx2", InstructionSet::avx2, restore};
  return own;
}

}  // namespace daybreak::codecs::linear::avx2
#endif
