#pragma once
// What both directions of attention share: blocks of rows as float32 in scratch memory, padded for the register tiles.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

// Rows of queries and of keys that are treated at once. kKeys is a multiple of every instruction set's tile_columns.
constexpr int64_t kQueries = 96, kKeys = 64;

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

/// The transpose [width, kKeys] of factor * rows[count, padded]; columns beyond count are 0.
inline void transpose_keys(const float* rows, int64_t count, int64_t padded, int64_t width, float factor, float* to) {
  if (count < kKeys) std::memset(to, 0, static_cast<size_t>(width * kKeys) * sizeof(float));
  for (int64_t j = 0; j < count; ++j)
    for (int64_t i = 0; i < width; ++i) to[i * kKeys + j] = factor * rows[j * padded + i];
}

/// How many of the keys from `key` on the query at `position` sees, at most kKeys.
inline int64_t visible(int64_t position, int64_t key) {
  return std::clamp<int64_t>(position - key + 1, 0, kKeys);
}

}  // namespace daybreak::kernels::cpu
