#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::cross_entropy(daybreak_device& device, daybreak_stream* stream, const daybreak_cross_entropy& c) {
  if (c.rows == 0) return;
  const Macros macros = Macros()
                            .set("LOGITS_TYPE", name_of(c.logits_type))
                            .set("WRITES_GRADIENT", c.gradient_scale != 0)
                            .set("FAULT", kTargetOutside);
  Call(device, stream, kCrossEntropySource, "cross_entropy", macros)
      .value(c.vocabulary)
      .operand(c.logits, c.logits_type)
      .words(c.target)
      .value(c.ignored)
      .floats(c.loss)
      .value(c.gradient_scale)
      .buffer(device.faults.get())
      .run(c.rows);
  device.may_have_faults = true;
}

}  // namespace daybreak::kernels::opencl
