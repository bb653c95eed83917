#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::gelu_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_gelu& g) {
  const Macros types = Macros().set("X_TYPE", name_of(g.x_type)).set("Y_TYPE", name_of(g.y_type));
  Call(device, stream, kGeluSource, "gelu_forward", types)
      .value(g.count)
      .operand(g.x, g.x_type)
      .operand(g.y, g.y_type)
      .run_items(g.count);
}

void Operations::gelu_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_gelu_backward& g) {
  const Macros types = Macros().set("X_TYPE", name_of(g.x_type)).set("Y_TYPE", name_of(g.gradient_type));
  Call(device, stream, kGeluSource, "gelu_backward", types)
      .value(g.count)
      .operand(g.x, g.x_type)
      .operand(g.y_gradient, g.gradient_type)
      .operand(g.x_gradient, g.gradient_type)
      .run_items(g.count);
}

}  // namespace daybreak::kernels::opencl
