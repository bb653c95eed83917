#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::cast(daybreak_device& device, const daybreak_cast& c) {
  const Input x(device.loops, c.x, c.x_type);
  element_bytes(c.y_type);
  for_each_tile(device, c.count, 1, [&](int64_t offset, int64_t count, float* scratch) {
    convert_out(device.loops, x.tile(offset, count, scratch), c.y, c.y_type, offset, count);
  });
}

}  // namespace daybreak::kernels::cpu
