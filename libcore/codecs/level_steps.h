#pragma once
// What writer and reader of levels.h share: the steps of each level, and what becomes of them.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "libcore/codecs/element_words.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/level_parts.h"

namespace daybreak::codecs {

constexpr std::size_t kFewestForGuess = 4096;
constexpr std::uint8_t kCubicBit = 128, kAllWeight = 16;

/// The step of each level.
struct LevelSteps {
  double step;
  std::uint8_t alpha, beta;

  bool usable() const { return step > 0 && step < std::numeric_limits<double>::infinity() && alpha >= 32 && beta >= 8; }
  double of(unsigned level) const {
    double divisor = 1;
    for (unsigned i = 0; i < level; ++i) divisor = std::min(divisor * (alpha / 32.0), beta / 8.0);
    return step / divisor;
  }
};

template <class T>
T value_at(T guess, std::int32_t steps, T unit) {
  return guess + static_cast<T>(steps) * unit;
}

/// The points of a class from `first` on: their guesses and so many steps, each as its zigzag().
template <class T>
void set_points(Part<T>& part, std::size_t first, const T* guesses, double step, std::span<const std::uint32_t> all) {
  run_vectorized([count = all.size(), guesses, steps = all.data(), unit = static_cast<T>(step),
                  values = part.values.data() + first, magnitudes = part.magnitudes.data() + first]() DAYBREAK_LOOP {
    DAYBREAK_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = value_at(guesses[i], static_cast<std::int32_t>(unzigzag(steps[i])), unit);
      magnitudes[i] =
          static_cast<std::uint8_t>(std::min<std::uint32_t>(kMostMagnitude, (steps[i] >> 1) + (steps[i] & 1)));
    }
  });
}

}  // namespace daybreak::codecs
