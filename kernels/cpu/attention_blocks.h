#pragma once
// What both directions of attention share: blocks of rows as float32 in scratch memory, padded for the register tiles.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

// Rows of queries and of keys that are treated at once. kKeys is a multiple of every instruction set's tile_columns.
// Where causality cuts through a block, products are of as many rows as kStrip, whole register tiles of them.
constexpr int64_t kQueries = 96, kKeys = 64, kStrip = 12;

/// The head width rounded up so that a row is whole register tiles.
inline int64_t padded_width(const Loops& loops, int64_t width) {
  return (width + loops.tile_columns - 1) / loops.tile_columns * loops.tile_columns;
}

/// A matrix of which `width` columns from `column` on are one head's.
struct HeadColumns {
  daybreak_dtype type;
  daybreak_layout layout;
  int64_t stride, column, width;

  /// [rows, padded] with zeros behind each row.
  void load(const Loops& loops, const void* buffer, int64_t first, int64_t rows, int64_t padded, float* to) const {
    for (int64_t r = 0; r < rows; ++r) {
      float* const row = to + r * padded;
      convert_in(loops, buffer, type, {layout, stride, first + r, column, width}, row);
      std::memset(row + width, 0, static_cast<size_t>(padded - width) * sizeof(float));
    }
  }
  void store(const Loops& loops, const float* from_rows, int64_t padded, void* buffer, int64_t first,
             int64_t rows) const {
    for (int64_t r = 0; r < rows; ++r)
      convert_out(loops, from_rows + r * padded, buffer, type, {layout, stride, first + r, column, width});
  }
};

/// The transpose of rows[count, padded] in panels [width, tile columns], which block products read as b; columns beyond
/// count are 0 in the last panel.
inline void transpose_keys(const ProductTiles& tiles, const float* rows, int64_t count, int64_t padded, int64_t width,
                           float* panels) {
  for (int64_t j = 0; j < count; j += tiles.columns)
    tiles.b_along(rows + j * padded, padded, std::min(tiles.columns, count - j), width, panels + j * width);
}

/// scores[rows, kKeys] = a[rows, padded] times the first `keys` of transposed keys, rounded up to whole panels.
inline void score_product(const InstructionSet& set, int64_t rows, int64_t keys, int64_t width, const float* a,
                          int64_t padded, const float* panels, float* scores) {
  const int64_t columns = set.f32_tiles.columns;
  for (int64_t j = 0; j < keys; j += columns)
    set.loops.block_product(rows, columns, width, a, padded, 1, panels + j * width, columns, scores + j, kKeys, false);
}

/// How many of the keys from `key` on the query at `position` sees, at most kKeys.
inline int64_t visible(int64_t position, int64_t key) {
  return std::clamp<int64_t>(position - key + 1, 0, kKeys);
}

/// body(row, rows, seen) for strips of a block of queries from `first` on, of which the last row sees `seen` > 0 of the
/// keys [key, key + keys): one strip where all queries see all of them.
template <typename Body>
void for_each_strip(int64_t first, int64_t queries, int64_t key, int64_t keys, const Body& body) {
  const int64_t each = visible(first, key) < keys ? kStrip : queries;
  for (int64_t row = 0; row < queries; row += each) {
    const int64_t rows = std::min(each, queries - row), seen = std::min(keys, visible(first + row + rows - 1, key));
    if (seen > 0) body(row, rows, seen);
  }
}

}  // namespace daybreak::kernels::cpu
