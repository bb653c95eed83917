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

/// The points of a stretch of a row.
template <class T>
struct Stretch {
  std::size_t count;
  const T *bend, *slope;
  std::uint16_t* contexts;
};

/// Adds the magnitudes at the near neighbors along one dimension; `apart` 0: there is none after the point.
inline void add_around(std::size_t count, const std::uint8_t* before, std::size_t apart, std::uint16_t* around) {
  if (apart > 0)
    run_vectorized([=, after = before + apart]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < count; ++i) around[i] = static_cast<std::uint16_t>(around[i] + before[i] + after[i]);
    });
  else
    for (std::size_t i = 0; i < count; ++i) around[i] = static_cast<std::uint16_t>(around[i] + before[i]);
}

template <class T>
void classify(const Stretch<T>& part, unsigned group, T scale, const std::uint16_t* around) {
  run_vectorized([count = part.count, bend = part.bend, slope = part.slope, to = part.contexts, group, scale,
                  around]() DAYBREAK_LOOP {
#pragma GCC ivdep
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t bends = size_class<kBendClasses, 1>(static_cast<float>(bend[i] * scale), -4);
      const std::int32_t slopes = size_class<kSlopeClasses, 0>(static_cast<float>(slope[i] * scale), -2);
      const std::int32_t off = around[i], steps = (off > 0) + (off > 1) + (off > 2) + (off > 4) + (off > 8);
      const std::int32_t first = (static_cast<std::int32_t>(group * kBendClasses) + bends) * kSlopeClasses + slopes;
      to[i] = static_cast<std::uint16_t>(first * static_cast<std::int32_t>(kMagnitudeClasses) + steps);
    }
  });
}

/// Calls visit(place of its first point, points) for stretches of at most kPart points of a row.
template <class Visit>
void for_each_stretch(const std::array<std::size_t, 3>& extent, Visit visit) {
  for (std::size_t p = 0; p < extent[0]; ++p)
    for (std::size_t r = 0; r < extent[1]; ++r)
      for (std::size_t i = 0; i < extent[2]; i += kPart) visit(std::array{p, r, i}, std::min(kPart, extent[2] - i));
}

}  // namespace

template <class T>
void level_contexts(const Parts<T>& parts, const LevelClass& one, double step, const Guesses<T>& guesses,
                    Scratch<std::uint16_t>& contexts) {
  const std::array<std::size_t, 3>& extent = parts[one.odd].extent;
  contexts.resize(parts[one.odd].count());
  const T scale = static_cast<T>(1 / step);
  const unsigned group = std::min<unsigned>(one.level, kLevelGroups - 1) * 2 + (std::popcount(one.odd) > 1 ? 1 : 0);
  std::size_t done = 0;
  for_each_stretch(extent, [&](const std::array<std::size_t, 3>& place, std::size_t count) {
    std::uint16_t around[kPart] = {};
    for (unsigned d = 0; d < 3; ++d) {
      if (!one.is_odd(d)) continue;
      const Part<T>& known = parts[one.odd ^ 1u << d];
      const std::uint8_t* const before = known.magnitudes.data() + known.row(place[0], place[1]) + place[2];
      // Along a row only the last point may lack the neighbor after it.
      const std::size_t lacking = d == 2 ? place[2] + count == known.extent[2] : place[d] + 1 == known.extent[d] ? count : 0;
      const std::array<std::size_t, 3> apart{known.row(1, 0), known.row(0, 1), 1};
      add_around(count - lacking, before, apart[d], around);
      add_around(lacking, before + count - lacking, 0, around + count - lacking);
    }
    classify(Stretch<T>{count, guesses.bend.data() + done, guesses.slope.data() + done, contexts.data() + done}, group,
             scale, around);
    done += count;
  });
}

template void level_contexts(const Parts<float>&, const LevelClass&, double, const Guesses<float>&,
                             Scratch<std::uint16_t>&);
template void level_contexts(const Parts<double>&, const LevelClass&, double, const Guesses<double>&,
                             Scratch<std::uint16_t>&);

}  // namespace daybreak::codecs
