#pragma once
// What writer and reader of levels.h share: the steps of each level, and the array as it is filled.
#include <limits>

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

/// The array as it is filled, and how many steps each point was off its guess.
template <class T>
struct Canvas {
  Canvas(std::size_t elements, std::size_t row, std::size_t plane)
      : block(block_of(elements, row, plane)), values(elements), magnitudes(elements) {}
  Block block;
  std::vector<T> values;
  Bytes magnitudes;  // at most 255
  Guesses<T> guesses;
  Scratch<std::uint16_t> contexts;
};

template <class T>
T value_at(T guess, std::int32_t steps, T unit) {
  return guess + static_cast<T>(steps) * unit;
}

/// The points of a class: their guesses and so many steps.
template <class T>
void set_points(Canvas<T>& canvas, const LevelClass& one, double step, std::span<const std::int32_t> all_steps) {
  const std::size_t row = one.points(2, canvas.block.extent[2]), apart = 2 * one.spacing();
  const T* guesses = canvas.guesses.value.data();
  const std::int32_t* steps = all_steps.data();
  for_each_row(canvas.block, one, [&](std::size_t offset, const std::array<std::size_t, 3>&) {
    run_vectorized([row, apart, guesses, steps, unit = static_cast<T>(step), values = canvas.values.data() + offset,
                    magnitudes = canvas.magnitudes.data() + offset]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < row; ++i) {
        const auto off = static_cast<std::uint32_t>(steps[i]);
        values[i * apart] = value_at(guesses[i], steps[i], unit);
        magnitudes[i * apart] = static_cast<std::uint8_t>(std::min<std::uint32_t>(255, steps[i] < 0 ? 0 - off : off));
      }
    });
    guesses += row, steps += row;
  });
}

}  // namespace daybreak::codecs
