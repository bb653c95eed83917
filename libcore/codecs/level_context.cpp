#include "libcore/codecs/level_context.h"

#include <bit>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kPart = 512;  // points of a row whose sums stay in the first cache

/// The exponent of a float with so many bits below it, from 2^lowest up as 1, 2, ...; 0 below.
template <unsigned kClasses, int kBits>
inline std::int32_t size_class(float size, int lowest) {
  const auto steps = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(size) >> (23 - kBits));
  return std::clamp(steps - ((127 + lowest) << kBits) + 1, 0, static_cast<std::int32_t>(kClasses) - 1);
}

/// The points of a part of a row.
template <class T>
struct RowPart {
  std::size_t count, step;
  const std::uint8_t* magnitudes;
  const T *bend, *slope;
  std::uint16_t* contexts;
};

/// Adds the magnitudes at the near neighbors along one dimension.
template <class T>
void add_around(const RowPart<T>& part, std::size_t distance, bool has_after, std::uint16_t* around) {
  run_vectorized([count = part.count, step = part.step, before = part.magnitudes - distance,
                  after = part.magnitudes + distance, has_after, around]() DAYBREAK_LOOP {
    if (has_after && step == 2)
      for (std::size_t i = 0; i < count; ++i)
        around[i] = static_cast<std::uint16_t>(around[i] + before[2 * i] + after[2 * i]);
    else if (has_after)
      for (std::size_t i = 0; i < count; ++i)
        around[i] = static_cast<std::uint16_t>(around[i] + before[i * step] + after[i * step]);
    else
      for (std::size_t i = 0; i < count; ++i) around[i] = static_cast<std::uint16_t>(around[i] + before[i * step]);
  });
}

template <class T>
void classify(const RowPart<T>& part, unsigned group, T scale, const std::uint16_t* around) {
  run_vectorized([count = part.count, bend = part.bend, slope = part.slope, to = part.contexts, group, scale,
                  around]() DAYBREAK_LOOP {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t bends = size_class<kBendClasses, 1>(static_cast<float>(bend[i] * scale), -4);
      const std::int32_t slopes = size_class<kSlopeClasses, 0>(static_cast<float>(slope[i] * scale), -2);
      const std::int32_t off = around[i], steps = (off > 0) + (off > 1) + (off > 2) + (off > 4) + (off > 8);
      const std::int32_t first = (static_cast<std::int32_t>(group * kBendClasses) + bends) * kSlopeClasses + slopes;
      to[i] = static_cast<std::uint16_t>(first * static_cast<std::int32_t>(kMagnitudeClasses) + steps);
    }
  });
}

}  // namespace

template <class T>
void level_contexts(const Block& block, const LevelClass& one, double step, const Guesses<T>& guesses,
                    const std::vector<std::uint8_t>& magnitudes, Scratch<std::uint16_t>& contexts) {
  contexts.resize(guesses.value.size());
  const std::size_t row = one.points(2, block.extent[2]), h = one.spacing();
  const T scale = static_cast<T>(1 / step);
  const unsigned group = std::min<unsigned>(one.level, kLevelGroups - 1) * 2 + (std::popcount(one.odd) > 1 ? 1 : 0);
  std::size_t done = 0;
  for_each_row(block, one, [&](std::size_t offset, const std::array<std::size_t, 3>& place) {
    for (std::size_t from = 0; from < row; from += kPart) {
      RowPart<T> part{std::min(kPart, row - from),
                      2 * h,
                      magnitudes.data() + offset + from * 2 * h,
                      guesses.bend.data() + done + from,
                      guesses.slope.data() + done + from,
                      contexts.data() + done + from};
      std::uint16_t around[kPart] = {};
      for (std::size_t d = 0; d < 2; ++d)
        if (one.is_odd(d)) add_around(part, h * block.stride[d], place[d] + h < block.extent[d], around);
      if (one.is_odd(2)) {  // the last point of a row may lack the neighbor after it
        const std::size_t last = place[2] + (from + part.count - 1) * 2 * h;
        const bool lacks = last + h >= block.extent[2];
        RowPart<T> inner = part, end = part;
        inner.count -= lacks;
        add_around(inner, h, true, around);
        end.count = lacks, end.magnitudes += inner.count * 2 * h;
        add_around(end, h, false, around + inner.count);
      }
      classify(part, group, scale, around);
    }
    done += row;
  });
}

template void level_contexts(const Block&, const LevelClass&, double, const Guesses<float>&,
                             const std::vector<std::uint8_t>&, Scratch<std::uint16_t>&);
template void level_contexts(const Block&, const LevelClass&, double, const Guesses<double>&,
                             const std::vector<std::uint8_t>&, Scratch<std::uint16_t>&);

}  // namespace daybreak::codecs
