#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

constexpr int64_t kRows = 64;  // sums of blocks of rows are added up, so that rounding grows with the blocks alone

/// A task owns some columns.
void sum_plain(daybreak_device& device, const daybreak_sum_rows& s) {
  constexpr int64_t kColumns = 256;
  const Input x(device.loops, s.x, s.x_type);
  device.threads.for_each((s.width + kColumns - 1) / kColumns, [&](int64_t task, unsigned worker) {
    const int64_t first = task * kColumns, count = std::min(kColumns, s.width - first);
    float* const block = device.of_worker[worker].at_least(2 * kColumns);
    for (int64_t start = 0; start < s.rows; start += kRows) {
      std::memset(block, 0, kColumns * sizeof(float));
      for (int64_t r = start; r < std::min(s.rows, start + kRows); ++r)
        device.loops.add_scaled(x.tile(r * s.width + first, count, block + kColumns), block, 1, 1, count);
      device.loops.add_scaled(block, s.out + first, 1, 1, count);
    }
  });
}

/// A task owns the columns of a block.
void sum_tiled(daybreak_device& device, const daybreak_sum_rows& s) {
  static_assert(kRows % kTiledBlock == 0);
  const uint16_t* const x = static_cast<const uint16_t*>(s.x);
  device.threads.for_each(s.width / kTiledBlock, [&](int64_t task, unsigned) {
    const int64_t column = task * kTiledBlock;
    for (int64_t start = 0; start < s.rows; start += kRows) {
      float sums[kTiledBlock] = {};
      for (int64_t row = start; row < std::min(s.rows, start + kRows); row += kTiledBlock)
        device.loops.add_tiled_rows(x + tiled_place(s.width, row, column), std::min(kTiledBlock, s.rows - row), sums);
      device.loops.add_scaled(sums, s.out + column, 1, 1, kTiledBlock);
    }
  });
}

}  // namespace

void Operations::sum_rows(daybreak_device& device, const daybreak_sum_rows& s) {
  if (s.x_layout == DAYBREAK_ROW_MAJOR) return sum_plain(device, s);
  require_layout(s.x_layout == DAYBREAK_TILED && has_tiled(device, s.x_type, s.width));
  sum_tiled(device, s);
}

}  // namespace daybreak::kernels::cpu
