#include "libcore/codecs/level_context.h"

#include <bit>

namespace daybreak::codecs {
namespace {

/// Half octaves of `size` above 2^lowest; 0 below.
template <unsigned kClasses>
unsigned octave_class(float size, int lowest) {
  const auto half_octaves = static_cast<int>(std::bit_cast<std::uint32_t>(size) >> 22) - 2 * (127 + lowest);
  return static_cast<unsigned>(std::clamp(half_octaves + 1, 0, static_cast<int>(kClasses) - 1));
}
template <unsigned kClasses>
unsigned whole_octave_class(float size, int lowest) {
  const auto octaves = static_cast<int>(std::bit_cast<std::uint32_t>(size) >> 23) - (127 + lowest);
  return static_cast<unsigned>(std::clamp(octaves + 1, 0, static_cast<int>(kClasses) - 1));
}

constexpr std::array<std::uint8_t, 16> kMagnitudeClass{0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5};

}  // namespace

template <class T>
void level_contexts(const Block& block, const LevelClass& one, double step, const Guesses<T>& guesses,
                    const std::vector<std::uint8_t>& magnitudes, std::vector<std::uint16_t>& contexts) {
  contexts.resize(guesses.value.size());
  const std::size_t row = one.points(2, block.extent[2]), h = one.spacing();
  const T scale = static_cast<T>(1 / step);
  const unsigned group = std::min<unsigned>(one.level, kLevelGroups - 1) * 2 + (std::popcount(one.odd) > 1 ? 1 : 0);
  std::size_t done = 0;
  for_each_row(block, one, [&](std::size_t offset, const std::array<std::size_t, 3>& place) {
    for (std::size_t i = 0; i < row; ++i, ++done) {
      const std::size_t at = offset + i * 2 * h;
      unsigned around = 0;
      for (std::size_t d = 0; d < 3; ++d) {
        if (!one.is_odd(d)) continue;
        const std::size_t distance = h * block.stride[d], where = place[d] + (d == 2 ? i * 2 * h : 0);
        around += magnitudes[at - distance] + (where + h < block.extent[d] ? magnitudes[at + distance] : 0u);
      }
      const unsigned bend = octave_class<kBendClasses>(static_cast<float>(guesses.bend[done] * scale), -4);
      const unsigned slope = whole_octave_class<kSlopeClasses>(static_cast<float>(guesses.slope[done] * scale), -2);
      contexts[done] =
          static_cast<std::uint16_t>(((group * kBendClasses + bend) * kSlopeClasses + slope) * kMagnitudeClasses +
                                     kMagnitudeClass[std::min(around, 15u)]);
    }
  });
}

template void level_contexts(const Block&, const LevelClass&, double, const Guesses<float>&,
                             const std::vector<std::uint8_t>&, std::vector<std::uint16_t>&);
template void level_contexts(const Block&, const LevelClass&, double, const Guesses<double>&,
                             const std::vector<std::uint8_t>&, std::vector<std::uint16_t>&);

}  // namespace daybreak::codecs
