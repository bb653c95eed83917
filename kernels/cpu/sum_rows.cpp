#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

/// A task owns some columns. Sums of blocks of rows are added up, so that rounding grows with the blocks alone.
void Operations::sum_rows(daybreak_device& device, const daybreak_sum_rows& s) {
  constexpr int64_t kColumns = 256, kRows = 64;
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

}  // namespace daybreak::kernels::cpu
