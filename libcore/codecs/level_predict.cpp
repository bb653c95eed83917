#include "libcore/codecs/level_predict.h"

#include <bit>
#include <cmath>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

/// Points side by side, and their neighbors along one dimension: at the distances h and 3 h, null where there are none.
/// The nearest one before is always there.
template <class T>
struct Stretch {
  const T *far_before, *before, *after, *far_after;
  std::size_t count;
};

/// Where the results of a stretch go.
template <class T>
struct Results {
  T *value, *bend, *slope;
};

/// Sets (kFirst) weight * guess, and what `bend` and `slope` are, or adds to them.
template <bool kCubic, bool kFirst, class T>
__attribute__((always_inline)) inline void take_inner(const Stretch<T>& points, T weight, const Results<T>& results) {
  const T *const before = points.before, *const after = points.after;
  const T *const far_before = points.far_before, *const far_after = points.far_after;
  T *const value = results.value, *const bend = results.bend, *const slope = results.slope;
  const std::size_t count = points.count;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const T near = before[i] + after[i], far = far_before[i] + far_after[i];
    const T off = (near - far) * T(0.0625);
    value[i] = (kFirst ? T(0) : value[i]) + weight * (kCubic ? near * T(0.5) + off : near * T(0.5));
    bend[i] = (kFirst ? T(0) : bend[i]) + std::abs(off);
    slope[i] = (kFirst ? T(0) : slope[i]) + std::abs(after[i] - before[i]);
  }
}

/// The same near an edge.
template <bool kFirst, class T>
void take_edge(bool cubic, const Stretch<T>& points, T weight, const Results<T>& results) {
  const bool has_after = points.after != nullptr, has_far_before = points.far_before != nullptr,
             has_far_after = points.far_after != nullptr;
  const T* const before = points.before;
  const T* const after = has_after ? points.after : before;
  // A third point, and what of it and the two near ones makes the guess.
  const T* const third = has_far_before ? points.far_before : has_far_after ? points.far_after : before;
  T of_before = T(0.5), of_after = T(0.5), of_third = T(0);
  if (!has_after && has_far_before) of_before = T(1.5), of_after = T(0), of_third = T(-0.5);
  if (has_after && cubic && has_far_before) of_before = T(0.75), of_after = T(0.375), of_third = T(-0.125);
  if (has_after && cubic && !has_far_before && has_far_after)
    of_before = T(0.375), of_after = T(0.75), of_third = T(-0.125);
  const T* const other = has_after ? after : third;
  T *const value = results.value, *const bend = results.bend, *const slope = results.slope;
  run_vectorized([=, count = points.count]() DAYBREAK_LOOP {
#pragma GCC ivdep
    for (std::size_t i = 0; i < count; ++i) {
      const T guess = before[i] * of_before + after[i] * of_after + third[i] * of_third;
      value[i] = (kFirst ? T(0) : value[i]) + weight * guess;
      bend[i] = (kFirst ? T(0) : bend[i]) + std::abs(guess - (before[i] + after[i]) * T(0.5));
      slope[i] = (kFirst ? T(0) : slope[i]) + std::abs(other[i] - before[i]);
    }
  });
}

template <bool kCubic, bool kFirst, class T>
void take_stretch(const Stretch<T>& points, T weight, const Results<T>& results) {
  if (points.far_before == nullptr || points.far_after == nullptr)
    return take_edge<kFirst>(kCubic, points, weight, results);
  run_vectorized([points, weight, results]() DAYBREAK_LOOP { take_inner<kCubic, kFirst>(points, weight, results); });
}

template <class T>
void take_stretch(bool cubic, bool first, const Stretch<T>& points, T weight, const Results<T>& results) {
  if (points.count == 0) return;
  if (cubic)
    first ? take_stretch<true, true>(points, weight, results) : take_stretch<true, false>(points, weight, results);
  else
    first ? take_stretch<false, true>(points, weight, results) : take_stretch<false, false>(points, weight, results);
}

/// Points whose place among those of their class is `place` along a dimension, `known` points of which are known:
/// `apart` elements from one of them to the next, `before` the one before the first point.
template <class T>
Stretch<T> stretch_at(const T* before, std::ptrdiff_t apart, std::size_t place, std::size_t known, std::size_t count) {
  return {place > 0 ? before - apart : nullptr, before, place + 1 < known ? before + apart : nullptr,
          place + 2 < known ? before + 2 * apart : nullptr, count};
}

/// Along a row: its first point and the last two may lack neighbors.
template <class T>
void take_row(bool cubic, bool first, const T* known, std::size_t knowns, std::size_t count, T weight,
              const Results<T>& results) {
  const auto take = [&](std::size_t from, std::size_t points) {
    take_stretch(cubic, first, stretch_at(known + from, 1, from, knowns, points), weight,
                 Results<T>{results.value + from, results.bend + from, results.slope + from});
  };
  const std::size_t inner = count > 3 ? count - 3 : 0;
  if (count > 0) take(0, 1);
  take(1, inner);
  for (std::size_t i = 1 + inner; i < count; ++i) take(i, 1);
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
void guess_class(const Parts<T>& parts, const LevelClass& one, const ClassGuess& how, Guesses<T>& guesses) {
  const std::array<std::size_t, 3>& extent = parts[one.odd].extent;
  for (auto* const all : {&guesses.value, &guesses.bend, &guesses.slope}) all->resize(parts[one.odd].count());
  unsigned first = 0;
  while (first < 3 && how.weight[first] == 0) ++first;
  if (first == 3)  // which no encoder says
    for (auto* const all : {&guesses.value, &guesses.bend, &guesses.slope}) std::fill(all->begin(), all->end(), T(0));
  std::size_t done = 0;
  for (std::size_t p = 0; p < extent[0]; ++p)
    for (std::size_t r = 0; r < extent[1]; ++r, done += extent[2])
      for (unsigned d = first; d < 3; ++d) {
        if (how.weight[d] == 0) continue;
        const T weight = static_cast<T>(how.weight[d]) * T(0.0625);
        const Part<T>& known = parts[one.odd ^ 1u << d];
        const T* const before = known.values.data() + known.row(p, r);
        const Results<T> to{guesses.value.data() + done, guesses.bend.data() + done, guesses.slope.data() + done};
        if (d == 2) {
          take_row(how.cubic[d], d == first, before, known.extent[2], extent[2], weight, to);
          continue;
        }
        const auto apart = static_cast<std::ptrdiff_t>(d == 0 ? known.row(1, 0) : known.row(0, 1));
        take_stretch(how.cubic[d], d == first,
                     stretch_at(before, apart, d == 0 ? p : r, known.extent[d], extent[2]), weight, to);
      }
}

template void guess_class(const Parts<float>&, const LevelClass&, const ClassGuess&, Guesses<float>&);
template void guess_class(const Parts<double>&, const LevelClass&, const ClassGuess&, Guesses<double>&);

}  // namespace daybreak::codecs
