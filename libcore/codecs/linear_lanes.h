#pragma once
// The samples of 16 bands of a signal (linear.h) from their residuals, side by side, for in its band each waits for the
// one before it; once for each instruction set. In doubles, which are exact here: samples of 24 bits times weights of
// 16 bits. Types alone: what is inline here would be compiled with flags that not every processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::linear {

constexpr std::size_t kLanes = 16, kMostWeights = 16, kMostPlaces = 64;

/// Adding and subtracting it rounds to the nearest whole number. Sums are multiples of 2^-13: begun a little less than
/// a half below 0, they are rounded to the whole number below.
constexpr double kRound = 6755399441055744.0, kBelow = -0.5 + 0x1p-14;
constexpr double kMostSample = 1 << 28;

struct State {
  std::size_t count;                                   // of weights; those beyond are 0
  double weights[kMostWeights][kLanes];                // the first: of the value before
  double samples[kMostWeights + kMostPlaces][kLanes];  // those before, the last one last, and room for the next
};

/// A residual of each lane at each of at most kMostPlaces places: they become samples, which stand in the state too.
/// False where a sample is too large for any signal.
struct Kernel {
  const char* name;
  InstructionSet needs;
  bool (*restore)(State& state, std::int32_t* residuals, std::size_t places);
};

/// All kernels that this processor runs, "plain" first; they give equal samples.
std::span<const Kernel* const> kernels();

namespace plain {
const Kernel& kernel();
}
namespace avx2 {
const Kernel& kernel();
}
namespace avx512 {
const Kernel& kernel();
}

}  // namespace daybreak::codecs::linear
