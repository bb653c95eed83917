#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::add_scaled(daybreak_device& device, daybreak_stream* stream, const daybreak_add_scaled& a) {
  const Macros macros =
      Macros().set("X_TYPE", name_of(a.x_type)).set("Y_TYPE", name_of(a.y_type)).set("READS_Y", a.scale_y != 0);
  Call(device, stream, kAddScaledSource, "add_scaled", macros)
      .value(a.count)
      .operand(a.x, a.x_type)
      .operand(a.y, a.y_type)
      .value(a.scale_x)
      .value(a.scale_y)
      .run_items(a.count);
}

}  // namespace daybreak::kernels::opencl
