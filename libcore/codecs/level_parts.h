#pragma once
// The points that the interpolation of levels.h has filled, class by class: so those of a class, and their neighbors
// along any dimension, lie side by side in memory, and every loop over them has vectors.
#include <array>
#include <cstdint>

#include "libcore/codecs/level_classes.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

/// The points of a class in the order of the array, and how many steps each was off its guess, at most kMostMagnitude.
template <class T>
struct Part {
  std::array<std::size_t, 3> extent{};
  Scratch<T> values;
  Scratch<std::uint8_t> magnitudes;

  std::size_t count() const { return extent[0] * extent[1] * extent[2]; }
  std::size_t row(std::size_t plane, std::size_t row) const { return (plane * extent[1] + row) * extent[2]; }
  /// From a point to the next one along each dimension.
  std::array<std::size_t, 3> apart() const { return {extent[1] * extent[2], extent[2], 1}; }
};
/// The sum of those around a point, two along each dimension, is still a byte.
constexpr std::uint8_t kMostMagnitude = 42;

/// Points of a class side by side: whole rows of a plane, or a part of a row. Few enough that what is found out about
/// them stays in the first cache.
struct Piece {
  std::size_t plane, row, place;  // of its first point
  std::size_t rows, points;       // points of each row
  std::size_t count() const { return rows * points; }
};
constexpr std::size_t kPiece = 1024;

/// Calls visit(piece, place of its first point in the class) for all pieces of a class of that extent, in its order.
template <class Visit>
void for_each_piece(const std::array<std::size_t, 3>& extent, Visit visit) {
  const std::size_t points = std::min(extent[2], kPiece), rows = std::max<std::size_t>(kPiece / extent[2], 1);
  std::size_t done = 0;
  for (std::size_t p = 0; p < extent[0]; ++p)
    for (std::size_t r = 0; r < extent[1]; r += rows)
      for (std::size_t i = 0; i < extent[2]; i += points) {
        const Piece piece{p, r, i, std::min(rows, extent[1] - r), std::min(points, extent[2] - i)};
        visit(piece, done);
        done += piece.count();
      }
}

/// All parts of a level, by their set of odd dimensions. Part 0 has the points of the levels before.
template <class T>
class Parts {
 public:
  /// The array's first element.
  Parts(const Block& block, T first);

  /// The next level, or the one it is at: what was filled becomes part 0, the other parts get their sizes.
  void enter(unsigned level);
  /// Behind the last level: calls visit(points, place of the first) for all points in the order of the array, a few
  /// rows at a time.
  template <class Visit>
  void for_all(Visit visit);

  const Block& block() const { return block_; }
  const Part<T>& operator[](unsigned odd) const { return parts_[odd]; }
  Part<T>& operator[](unsigned odd) { return parts_[odd]; }

 private:
  /// Of all parts together.
  std::array<std::size_t, 3> extent() const;
  /// The values, or the magnitudes, of rows [row, row + rows) of a plane of all points.
  template <class E>
  void gather(Scratch<E> Part<T>::*what, std::size_t plane, std::size_t row, std::size_t rows, E* to) const;
  void merge();

  Block block_;
  unsigned level_;
  std::array<Part<T>, 8> parts_;
  Scratch<T> values_;
  Scratch<std::uint8_t> magnitudes_;
};

template <class T>
template <class Visit>
void Parts<T>::for_all(Visit visit) {
  const std::array<std::size_t, 3> all = extent();
  const std::size_t rows = std::max<std::size_t>(2 * kPiece / all[2], 1);
  values_.resize(std::min(rows, all[1]) * all[2]);
  std::size_t done = 0;
  for (std::size_t p = 0; p < all[0]; ++p)
    for (std::size_t r = 0; r < all[1]; r += rows) {
      const std::size_t some = std::min(rows, all[1] - r);
      gather(&Part<T>::values, p, r, some, values_.data());
      visit(std::span<const T>(values_).first(some * all[2]), done);
      done += some * all[2];
    }
}

}  // namespace daybreak::codecs
