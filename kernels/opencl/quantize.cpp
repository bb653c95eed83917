#include "kernels/common/group_scale.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::quantize(daybreak_device& device, daybreak_stream* stream, const daybreak_quantize& q) {
  const bool blocks = q.scaling == DAYBREAK_SCALING_BLOCKS, e4m3 = q.codes_type == DAYBREAK_F8_E4M3;
  const int64_t rows_each = blocks ? kScalingGroup : 1, scale_row = blocks ? scale_count(true, 1, q.columns) : 0;
  const Macros macros = Macros()
                            .set("X_TYPE", name_of(q.x_type))
                            .set("CODE_TYPE", name_of(q.codes_type))
                            .set("LARGEST", e4m3 ? "448.0f" : "57344.0f")
                            .set("SMALLEST_EXPONENT", kSmallestScaleExponent)
                            .set("GROUP", kScalingGroup);
  Call(device, stream, kQuantizeSource, "quantize", macros)
      .value(q.rows)
      .value(q.columns)
      .value(rows_each)
      .value(scale_row)
      .value(static_cast<cl_int>(q.transpose))
      .operand(q.x, q.x_type)
      .operand(q.codes, q.codes_type)
      .floats(q.scales)
      .run(divide_up(q.rows, rows_each) * scaling_groups(q.columns));
}

}  // namespace daybreak::kernels::opencl
