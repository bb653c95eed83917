#include "libcore/codecs/level_predict.h"

#include <bit>
#include <cmath>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

/// Which neighbors a stretch of points has: near and far ones, before and after.
struct Known {
  bool far_before, far_after, near_after;
};

/// Points `step` apart whose neighbors along one dimension lie `distance` and 3 times that away.
template <class T>
struct Stretch {
  const T* at;
  std::size_t count, step;
  std::ptrdiff_t distance;
};

/// Where the results of a stretch go.
template <class T>
struct Results {
  T *value, *bend, *slope;
};

/// Sets (kFirst) weight * guess, and what `bend` and `slope` are, or adds to them.
template <bool kCubic, bool kFirst, std::size_t kStep, class T>
__attribute__((always_inline)) inline void take_inner(const Stretch<T>& points, T weight, const Results<T>& results) {
  const T* const before = points.at - points.distance;
  const T* const after = points.at + points.distance;
  const T* const far_before = points.at - 3 * points.distance;
  const T* const far_after = points.at + 3 * points.distance;
  const std::size_t step = kStep == 0 ? points.step : kStep, count = points.count;
  T *const value = results.value, *const bend = results.bend, *const slope = results.slope;
  for (std::size_t i = 0; i < count; ++i) {
    const T near = before[i * step] + after[i * step], far = far_before[i * step] + far_after[i * step];
    const T off = (near - far) * T(0.0625);
    value[i] = (kFirst ? T(0) : value[i]) + weight * (kCubic ? near * T(0.5) + off : near * T(0.5));
    bend[i] = (kFirst ? T(0) : bend[i]) + std::abs(off);
    slope[i] = (kFirst ? T(0) : slope[i]) + std::abs(after[i * step] - before[i * step]);
  }
}

/// The same near an edge.
template <bool kCubic, bool kFirst, class T>
void take_edge(const Stretch<T>& points, Known known, T weight, const Results<T>& results) {
  const T* before = points.at - points.distance;
  const T* after = known.near_after ? points.at + points.distance : before;
  const T* far_before = known.far_before ? points.at - 3 * points.distance : before;
  const T* far_after = known.far_after ? points.at + 3 * points.distance : after;
  const std::size_t step = points.step;
  for (std::size_t i = 0; i < points.count; ++i) {
    const T a = before[i * step], b = after[i * step], c = far_before[i * step], d = far_after[i * step];
    T guess = (a + b) * T(0.5);
    if (!known.near_after) {
      if (known.far_before) guess = a + (a - c) * T(0.5);
    } else if (kCubic && known.far_before) {
      guess = a * T(0.75) + b * T(0.375) - c * T(0.125);
    } else if (kCubic && known.far_after) {
      guess = b * T(0.75) + a * T(0.375) - d * T(0.125);
    }
    results.value[i] = (kFirst ? T(0) : results.value[i]) + weight * guess;
    results.bend[i] = (kFirst ? T(0) : results.bend[i]) + std::abs(guess - (a + b) * T(0.5));
    results.slope[i] = (kFirst ? T(0) : results.slope[i]) + std::abs(known.near_after ? b - a : a - c);
  }
}

template <bool kCubic, bool kFirst, class T>
void take_stretch(const Stretch<T>& points, Known known, T weight, const Results<T>& results) {
  if (!known.far_before || !known.far_after) return take_edge<kCubic, kFirst>(points, known, weight, results);
  run_vectorized([points, weight, results]() DAYBREAK_LOOP {
    if (points.step == 2)
      take_inner<kCubic, kFirst, 2>(points, weight, results);
    else
      take_inner<kCubic, kFirst, 0>(points, weight, results);
  });
}

template <class T>
void take_stretch(bool cubic, bool first, const Stretch<T>& points, Known known, T weight, const Results<T>& results) {
  if (points.count == 0) return;
  if (cubic)
    first ? take_stretch<true, true>(points, known, weight, results)
          : take_stretch<true, false>(points, known, weight, results);
  else
    first ? take_stretch<false, true>(points, known, weight, results)
          : take_stretch<false, false>(points, known, weight, results);
}

Known known_at(std::size_t place, std::size_t distance, std::size_t extent) {
  return {place >= 3 * distance, place + 3 * distance < extent, place + distance < extent};
}

}  // namespace

ClassGuess even_guess(const LevelClass& one) {
  ClassGuess guess;
  const auto dimensions = static_cast<unsigned>(std::popcount(one.odd));
  unsigned left = 16;
  for (std::size_t d = 0; d < 3; ++d)
    if (one.is_odd(d)) {
      const bool last = one.odd >> (d + 1) == 0;
      guess.weight[d] = static_cast<std::uint8_t>(last ? left : 16 / dimensions);
      left -= guess.weight[d];
    }
  return guess;
}

template <class T>
void guess_class(const Block& block, const LevelClass& one, const ClassGuess& how, const T* values,
                 Guesses<T>& guesses) {
  const std::size_t count = one.count(block), row = one.points(2, block.extent[2]), h = one.spacing();
  guesses.value.resize(count);
  guesses.bend.resize(count);
  guesses.slope.resize(count);
  std::size_t first_dimension = 0;
  while (first_dimension < 3 && how.weight[first_dimension] == 0) ++first_dimension;
  if (first_dimension == 3)  // which no encoder says
    for (auto* const all : {&guesses.value, &guesses.bend, &guesses.slope}) std::fill(all->begin(), all->end(), T(0));
  std::size_t done = 0;
  for_each_row(block, one, [&](std::size_t offset, const std::array<std::size_t, 3>& place) {
    T* const value = guesses.value.data() + done;
    T* const bend = guesses.bend.data() + done;
    T* const slope = guesses.slope.data() + done;
    for (std::size_t d = 0; d < 3; ++d) {
      if (how.weight[d] == 0) continue;
      const T weight = static_cast<T>(how.weight[d]) * T(0.0625);
      const auto distance = static_cast<std::ptrdiff_t>(h * block.stride[d]);
      const auto add = [&](std::size_t from, std::size_t to, Known known) {
        take_stretch(how.cubic[d], d == first_dimension,
                     Stretch<T>{values + offset + from * 2 * h, to - from, 2 * h, distance}, known, weight,
                     Results<T>{value + from, bend + from, slope + from});
      };
      if (d < 2) {
        add(0, row, known_at(place[d], h, block.extent[d]));
        continue;
      }
      // Along the row the first point and the last two may lack neighbors.
      const std::size_t inner = row > 2 ? row - 2 : std::min<std::size_t>(row, 1);
      for (std::size_t i = 0; i < row; ++i) {
        if (i == 1 && inner > 1) {
          add(1, inner, {true, true, true});
          i = inner - 1;
        } else {
          add(i, i + 1, known_at(place[2] + i * 2 * h, h, block.extent[2]));
        }
      }
    }
    done += row;
  });
}

template void guess_class(const Block&, const LevelClass&, const ClassGuess&, const float*, Guesses<float>&);
template void guess_class(const Block&, const LevelClass&, const ClassGuess&, const double*, Guesses<double>&);

}  // namespace daybreak::codecs
