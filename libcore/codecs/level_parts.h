#pragma once
// The points that the interpolation of levels.h has filled, class by class: so those of a class, and their neighbors
// along any dimension, lie side by side in memory, and every loop over them has vectors.
#include <array>
#include <cstdint>

#include "libcore/codecs/level_classes.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

/// The points of a class in the order of the array, and how many steps each was off its guess, at most 255.
template <class T>
struct Part {
  std::array<std::size_t, 3> extent{};
  Scratch<T> values;
  Scratch<std::uint8_t> magnitudes;

  std::size_t count() const { return extent[0] * extent[1] * extent[2]; }
  std::size_t row(std::size_t plane, std::size_t row) const { return (plane * extent[1] + row) * extent[2]; }
};

/// All parts of a level, by their set of odd dimensions. Part 0 has the points of the levels before.
template <class T>
class Parts {
 public:
  /// The array's first element.
  Parts(const Block& block, T first);

  /// The next level, or the one it is at: what was filled becomes part 0, the other parts get their sizes.
  void enter(unsigned level);
  /// Behind the last level: all points, in the order of the array.
  const Scratch<T>& all();

  const Block& block() const { return block_; }
  const Part<T>& operator[](unsigned odd) const { return parts_[odd]; }
  Part<T>& operator[](unsigned odd) { return parts_[odd]; }

 private:
  void merge(bool with_magnitudes);

  Block block_;
  unsigned level_;
  std::array<Part<T>, 8> parts_;
  Scratch<T> values_;
  Scratch<std::uint8_t> magnitudes_;
};

}  // namespace daybreak::codecs
