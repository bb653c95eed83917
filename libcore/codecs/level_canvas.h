#pragma once
// What writer and reader of levels.h share: the steps of each level, and the array as it is filled.
#include <limits>
#include <span>

#include "libcore/codecs/element_words.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/level_context.h"
#include "libcore/codecs/level_predict.h"

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

/// The array as it is filled.
template <class T>
struct Canvas {
  Canvas(std::size_t elements, std::size_t row, std::size_t plane, T first)
      : parts(block_of(elements, row, plane), first) {}
  Parts<T> parts;
  Guesses<T> guesses;
  Scratch<std::uint16_t> contexts;
};

template <class T>
T value_at(T guess, std::int32_t steps, T unit) {
  return guess + static_cast<T>(steps) * unit;
}

/// The points of a class: their guesses and so many steps, each as its zigzag().
template <class T>
void set_points(Canvas<T>& canvas, const LevelClass& one, double step, std::span<const std::uint32_t> all_steps) {
  Part<T>& part = canvas.parts[one.odd];
  run_vectorized([count = part.count(), guesses = canvas.guesses.value.data(), steps = all_steps.data(),
                  unit = static_cast<T>(step), values = part.values.data(),
                  magnitudes = part.magnitudes.data()]() DAYBREAK_LOOP {
#pragma GCC ivdep
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = value_at(guesses[i], static_cast<std::int32_t>(unzigzag(steps[i])), unit);
      magnitudes[i] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, (steps[i] >> 1) + (steps[i] & 1)));
    }
  });
}

}  // namespace daybreak::codecs
