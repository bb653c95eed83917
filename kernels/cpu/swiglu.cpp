#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::swiglu_forward(daybreak_device& device, const daybreak_swiglu& s) {
  const Input gate(device.loops, s.gate, s.x_type), up(device.loops, s.up, s.x_type);
  const Output y(device.loops, s.y, s.y_type);
  for_each_tile(device, s.count, 3, [&](int64_t offset, int64_t count, float* scratch) {
    float* const computed = y.tile(offset, scratch);
    device.loops.swiglu(gate.tile(offset, count, scratch + kTile), up.tile(offset, count, scratch + 2 * kTile), computed, count);
    y.finish(computed, offset, count);
  });
}

void Operations::swiglu_backward(daybreak_device& device, const daybreak_swiglu_backward& s) {
  const Input gate(device.loops, s.gate, s.x_type), up(device.loops, s.up, s.x_type);
  const Input dy(device.loops, s.y_gradient, s.gradient_type);
  const Output dgate(device.loops, s.gate_gradient, s.gradient_type), dup(device.loops, s.up_gradient, s.gradient_type);
  for_each_tile(device, s.count, 5, [&](int64_t offset, int64_t count, float* scratch) {
    float* const of_gate = dgate.tile(offset, scratch);
    float* const of_up = dup.tile(offset, scratch + kTile);
    device.loops.swiglu_backward(gate.tile(offset, count, scratch + 2 * kTile), up.tile(offset, count, scratch + 3 * kTile),
                                 dy.tile(offset, count, scratch + 4 * kTile), of_gate, of_up, count);
    dgate.finish(of_gate, offset, count);
    dup.finish(of_up, offset, count);
  });
}

}  // namespace daybreak::kernels::cpu
