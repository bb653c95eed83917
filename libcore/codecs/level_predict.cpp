#include "libcore/codecs/level_predict.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kFewPoints = 8;  // of a row, for which vectors do not pay

/// Rows of points, and their neighbors along one dimension: at the distances h and 3 h, null where there are none. The
/// nearest one before is always there.
template <class T>
struct Stretch {
  const T *far_before, *before, *after, *far_after;
  std::size_t rows, points;  // points of each row
  std::size_t known_pitch, pitch;  // elements from row to row, of the neighbors and of the results
};

/// Calls body(place of a neighbor, place of its result) for every point, along what is longer.
template <class T, class Body>
__attribute__((always_inline)) inline void for_each_point(const Stretch<T>& all, Body body) {
  const std::size_t rows = all.rows, points = all.points, known_pitch = all.known_pitch, pitch = all.pitch;
  if (rows > 1 && points < kFewPoints)
    for (std::size_t i = 0; i < points; ++i)
      for (std::size_t r = 0; r < rows; ++r) body(r * known_pitch + i, r * pitch + i);
  else
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t known = r * known_pitch, to = r * pitch;
      DAYBREAK_INDEPENDENT
      for (std::size_t i = 0; i < points; ++i) body(known + i, to + i);
    }
}

/// Sets (kFirst) weight * guess, and what `bend` and `slope` are, or adds to them.
template <bool kCubic, bool kFirst, class T>
void take_inner(const Stretch<T>& points, T weight, const GuessPlaces<T>& to) {
  run_vectorized([=]() DAYBREAK_LOOP {
    const T *const before = points.before, *const after = points.after;
    const T *const far_before = points.far_before, *const far_after = points.far_after;
    T *const value = to.value, *const bend = to.bend, *const slope = to.slope;
    for_each_point(points, [=](std::size_t k, std::size_t i) DAYBREAK_LOOP {
      const T near = before[k] + after[k], far = far_before[k] + far_after[k];
      const T off = (near - far) * T(0.0625);
      value[i] = (kFirst ? T(0) : value[i]) + weight * (kCubic ? near * T(0.5) + off : near * T(0.5));
      bend[i] = (kFirst ? T(0) : bend[i]) + std::abs(off);
      slope[i] = (kFirst ? T(0) : slope[i]) + std::abs(after[k] - before[k]);
    });
  });
}

/// The same near an edge.
template <bool kFirst, class T>
void take_edge(bool cubic, const Stretch<T>& points, T weight, const GuessPlaces<T>& to) {
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
  run_vectorized([=]() DAYBREAK_LOOP {
    T *const value = to.value, *const bend = to.bend, *const slope = to.slope;
    for_each_point(points, [=](std::size_t k, std::size_t i) DAYBREAK_LOOP {
      const T guess = before[k] * of_before + after[k] * of_after + third[k] * of_third;
      value[i] = (kFirst ? T(0) : value[i]) + weight * guess;
      bend[i] = (kFirst ? T(0) : bend[i]) + std::abs(guess - (before[k] + after[k]) * T(0.5));
      slope[i] = (kFirst ? T(0) : slope[i]) + std::abs(other[k] - before[k]);
    });
  });
}

/// How a dimension is taken.
template <class T>
struct Taking {
  bool cubic, first;
  T weight;

  void operator()(const Stretch<T>& points, const GuessPlaces<T>& to) const {
    if (points.far_before == nullptr || points.far_after == nullptr)
      first ? take_edge<true>(cubic, points, weight, to) : take_edge<false>(cubic, points, weight, to);
    else if (cubic)
      first ? take_inner<true, true>(points, weight, to) : take_inner<true, false>(points, weight, to);
    else
      first ? take_inner<false, true>(points, weight, to) : take_inner<false, false>(points, weight, to);
  }
};

/// Calls visit(first, count) for stretches of [from, to) whose places along a dimension have the same neighbors.
template <class Visit>
void for_each_alike(std::size_t from, std::size_t to, std::size_t known, Visit visit) {
  while (from < to) {
    const bool edge = from == 0 || from + 2 >= known;
    const std::size_t count = edge ? 1 : std::min(to, known - 2) - from;
    visit(from, count);
    from += count;
  }
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
void guess_piece(const Parts<T>& parts, const LevelClass& one, const ClassGuess& how, const Piece& piece,
                 const GuessPlaces<T>& to) {
  bool first = true;
  for (unsigned d = 0; d < 3; ++d) {
    if (how.weight[d] == 0) continue;
    const Taking<T> take{how.cubic[d], std::exchange(first, false), static_cast<T>(how.weight[d]) * T(0.0625)};
    const Part<T>& known = parts[one.odd ^ 1u << d];
    const T* const begin = known.values.data() + known.row(piece.plane, piece.row) + piece.place;
    const std::size_t apart = known.apart()[d], knowns = known.extent[d];
    // Rows of points that all have the same place along the dimension, or the same neighbors.
    const auto take_at = [&](std::size_t place, std::size_t skipped, std::size_t rows, std::size_t points) {
      const T* const before = begin + skipped;
      const Stretch<T> stretch{.far_before = place > 0 ? before - apart : nullptr,
                               .before = before,
                               .after = place + 1 < knowns ? before + apart : nullptr,
                               .far_after = place + 2 < knowns ? before + 2 * apart : nullptr,
                               .rows = rows,
                               .points = points,
                               .known_pitch = known.extent[2],
                               .pitch = piece.points};
      take(stretch, to.from(skipped));
    };
    // Whole rows of both lie one after the other, but for neighbors along a row.
    if (d == 0)
      take_at(piece.plane, 0, 1, piece.count());
    else if (d == 1)
      for_each_alike(piece.row, piece.row + piece.rows, knowns, [&](std::size_t row, std::size_t count) {
        take_at(row, (row - piece.row) * piece.points, 1, count * piece.points);
      });
    else
      for_each_alike(piece.place, piece.place + piece.points, knowns, [&](std::size_t place, std::size_t count) {
        take_at(place, place - piece.place, piece.rows, count);
      });
  }
  if (!first) return;  // no encoder gives all of them no weight
  for (T* const all : {to.value, to.bend, to.slope}) std::fill_n(all, piece.count(), T(0));
}

template <class T>
void guess_class(const Parts<T>& parts, const LevelClass& one, const ClassGuess& how, Guesses<T>& guesses) {
  for (auto* const all : {&guesses.value, &guesses.bend, &guesses.slope}) all->resize(parts[one.odd].count());
  const GuessPlaces<T> to{guesses.value.data(), guesses.bend.data(), guesses.slope.data()};
  for_each_piece(parts[one.odd].extent, [&](const Piece& piece, std::size_t at) {
    guess_piece(parts, one, how, piece, to.from(at));
  });
}

#define DAYBREAK_INSTANTIATE(T)                                                                      \
  template void guess_class(const Parts<T>&, const LevelClass&, const ClassGuess&, Guesses<T>&);     \
  template void guess_piece(const Parts<T>&, const LevelClass&, const ClassGuess&, const Piece&,     \
                            const GuessPlaces<T>&);
DAYBREAK_INSTANTIATE(float)
DAYBREAK_INSTANTIATE(double)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
