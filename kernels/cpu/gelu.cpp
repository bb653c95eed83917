#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::gelu_forward(daybreak_device& device, const daybreak_gelu& g) {
  const Input x(device.loops, g.x, g.x_type);
  const Output y(device.loops, g.y, g.y_type);
  for_each_tile(device, g.count, 2, [&](int64_t offset, int64_t count, float* scratch) {
    float* const computed = y.tile(offset, scratch);
    device.loops.gelu(x.tile(offset, count, scratch + kTile), computed, count);
    y.finish(computed, offset, count);
  });
}

void Operations::gelu_backward(daybreak_device& device, const daybreak_gelu_backward& g) {
  const Input x(device.loops, g.x, g.x_type), dy(device.loops, g.y_gradient, g.gradient_type);
  const Output dx(device.loops, g.x_gradient, g.gradient_type);
  for_each_tile(device, g.count, 3, [&](int64_t offset, int64_t count, float* scratch) {
    float* const computed = dx.tile(offset, scratch);
    device.loops.gelu_backward(x.tile(offset, count, scratch + kTile), dy.tile(offset, count, scratch + 2 * kTile), computed,
                               count);
    dx.finish(computed, offset, count);
  });
}

}  // namespace daybreak::kernels::cpu
