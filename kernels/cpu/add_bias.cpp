#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::add_bias(daybreak_device& device, const daybreak_add_bias& a) {
  const Input old(device.loops, a.x, a.x_type), bias(device.loops, a.bias, a.bias_type);
  const Output x(device.loops, a.x, a.x_type);
  const float* const addend = bias.tile(0, a.width, device.shared.at_least(a.width));
  const RowCut cut(a.rows, a.width);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(a.width);
    for (int64_t r = task * cut.rows_each; r < std::min(a.rows, (task + 1) * cut.rows_each); ++r) {
      float* const row = x.tile(r * a.width, scratch);
      old.tile(r * a.width, a.width, scratch);
      device.loops.add_scaled(addend, row, 1, 1, a.width);
      x.finish(row, r * a.width, a.width);
    }
  });
}

}  // namespace daybreak::kernels::cpu
