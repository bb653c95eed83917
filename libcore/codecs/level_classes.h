#pragma once
// The order in which the interpolation of levels.h fills an array of up to three dimensions: its first element, then
// class after class. With spacing h, a class are the points whose places are odd multiples of h in the dimensions of a
// set, and even ones in the others; so their neighbors at distance h along the set's dimensions are known. Spacings
// fall from half of the power of two that covers the largest extent to 1; sets of one dimension come first, then of two
// and three, the outermost dimension first.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "libcore/codecs/array_shape.h"

namespace daybreak::codecs {

struct Block {
  std::array<std::size_t, 3> extent{1, 1, 1};
  std::array<std::size_t, 3> stride{1, 1, 1};
  std::size_t count() const { return extent[0] * extent[1] * extent[2]; }
};

/// Row, and rows of a plane; 0 where there are none. Further dimensions are taken together.
inline Block block_of(std::size_t count, std::size_t row, std::size_t plane) {
  Block block;
  block.extent[2] = row > 0 ? row : count;
  if (row > 0) block.extent[1] = plane > 0 ? plane / row : count / row;
  if (plane > 0) block.extent[0] = count / plane;
  block.stride = {block.extent[1] * block.extent[2], block.extent[2], 1};
  return block;
}

struct LevelClass {
  unsigned level = 0;  // the spacing is 2^level
  unsigned odd = 0;    // the set: bit d for dimension d
  std::size_t spacing() const { return std::size_t{1} << level; }
  bool is_odd(std::size_t dimension) const { return odd >> dimension & 1; }
  std::size_t first(std::size_t dimension) const { return is_odd(dimension) ? spacing() : 0; }
  /// Points along a dimension of that extent.
  std::size_t points(std::size_t dimension, std::size_t extent) const {
    return first(dimension) >= extent ? 0 : (extent - 1 - first(dimension)) / (2 * spacing()) + 1;
  }
  std::size_t count(const Block& block) const {
    return points(0, block.extent[0]) * points(1, block.extent[1]) * points(2, block.extent[2]);
  }
};

/// All classes that have points, in their order.
inline std::vector<LevelClass> level_classes(const Block& block) {
  constexpr std::array<unsigned, 7> kSets{1, 2, 4, 3, 5, 6, 7};
  std::vector<LevelClass> classes;
  const std::size_t largest = *std::max_element(block.extent.begin(), block.extent.end());
  for (auto level = static_cast<unsigned>(std::bit_width(largest - 1)); level-- > 0;)
    for (const unsigned odd : kSets)
      if (const LevelClass one{level, odd}; one.count(block) > 0) classes.push_back(one);
  return classes;
}

/// Calls visit(offset of the row's first point) for every row of a class.
template <class Visit>
void for_each_row(const Block& block, const LevelClass& one, Visit visit) {
  const std::size_t step = 2 * one.spacing();
  for (std::size_t p = one.first(0); p < block.extent[0]; p += step)
    for (std::size_t r = one.first(1); r < block.extent[1]; r += step)
      visit(p * block.stride[0] + r * block.stride[1] + one.first(2));
}

}  // namespace daybreak::codecs
