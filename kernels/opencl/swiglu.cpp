#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::swiglu_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_swiglu& s) {
  const Macros types = Macros().set("X_TYPE", name_of(s.x_type)).set("Y_TYPE", name_of(s.y_type));
  Call(device, stream, kSwigluSource, "swiglu_forward", types)
      .value(s.count)
      .operand(s.gate, s.x_type)
      .operand(s.up, s.x_type)
      .operand(s.y, s.y_type)
      .run_items(s.count);
}

void Operations::swiglu_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_swiglu_backward& s) {
  const Macros types = Macros().set("X_TYPE", name_of(s.x_type)).set("Y_TYPE", name_of(s.gradient_type));
  Call(device, stream, kSwigluSource, "swiglu_backward", types)
      .value(s.count)
      .operand(s.gate, s.x_type)
      .operand(s.up, s.x_type)
      .operand(s.y_gradient, s.gradient_type)
      .operand(s.gate_gradient, s.gradient_type)
      .operand(s.up_gradient, s.gradient_type)
      .run_items(s.count);
}

}  // namespace daybreak::kernels::opencl
