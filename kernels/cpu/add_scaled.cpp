#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::add_scaled(daybreak_device& device, const daybreak_add_scaled& a) {
  const Input x(device.loops, a.x, a.x_type), old(device.loops, a.y, a.y_type);
  const Output y(device.loops, a.y, a.y_type);
  for_each_tile(device, a.count, 2, [&](int64_t offset, int64_t count, float* scratch) {
    float* const computed = y.tile(offset, scratch);
    if (a.scale_y != 0) old.tile(offset, count, computed);
    device.loops.add_scaled(x.tile(offset, count, scratch + kTile), computed, a.scale_x, a.scale_y, count);
    y.finish(computed, offset, count);
  });
}

}  // namespace daybreak::kernels::cpu
