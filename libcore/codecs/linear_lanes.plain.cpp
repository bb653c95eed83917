#include "libcore/codecs/linear_lanes.h"

namespace daybreak::codecs::linear {
namespace plain {
namespace {

bool restore(State& state, std::int32_t* residuals, std::size_t places) {
  bool fits = true;
  for (std::size_t place = kMostWeights; place < kMostWeights + places; ++place)
    for (std::size_t lane = 0; lane < kLanes; ++lane, ++residuals) {
      double sum = kBelow;
      for (std::size_t k = state.count; k-- > 0;) sum += state.weights[k][lane] * state.samples[place - 1 - k][lane];
      const double sample = sum + kRound - (kRound - *residuals);
      const bool here = sample <= kMostSample && sample >= -kMostSample;
      fits = fits && here;
      state.samples[place][lane] = sample;
      *residuals = here ? static_cast<std::int32_t>(sample) : 0;
    }
  return fits;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"plain", InstructionSet::plain, restore};
  return own;
}

}  // namespace plain

std::span<const Kernel* const> kernels() {
  static const Kernel* const all[] = {DAYBREAK_KERNEL_FAMILY};
  return usable_kernels<Kernel>(all);
}

}  // namespace daybreak::codecs::linear
