#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::cast(daybreak_device& device, daybreak_stream* stream, const daybreak_cast& c) {
  const Macros types = Macros().set("X_TYPE", name_of(c.x_type)).set("Y_TYPE", name_of(c.y_type));
  Call(device, stream, kCastSource, "cast", types)
      .value(c.count)
      .operand(c.x, c.x_type)
      .operand(c.y, c.y_type)
      .run_items(c.count);
}

}  // namespace daybreak::kernels::opencl
