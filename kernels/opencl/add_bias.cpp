#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::add_bias(daybreak_device& device, daybreak_stream* stream, const daybreak_add_bias& a) {
  const Macros types = Macros().set("X_TYPE", name_of(a.x_type)).set("BIAS_TYPE", name_of(a.bias_type));
  Call(device, stream, kAddBiasSource, "add_bias", types)
      .value(a.width)
      .operand(a.x, a.x_type)
      .operand(a.bias, a.bias_type)
      .run_rows(a.rows, a.width);
}

}  // namespace daybreak::kernels::opencl
