#include "kernels/opencl/sum_rows.h"

#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void add_chunks(daybreak_device& device, daybreak_stream* stream, cl_mem partial, int64_t first, int64_t chunks,
                int64_t width, float* out) {
  const Macros macros = Macros().set("X_TYPE", "f32").set("ROWS_EACH", kRowsEach);
  Call(device, stream, kSumRowsSource, "add_chunks", macros)
      .value(chunks)
      .value(width)
      .buffer(partial)
      .value(static_cast<cl_ulong>(first))
      .floats(out)
      .run_items(width);
}

void Operations::sum_rows(daybreak_device& device, daybreak_stream* stream, const daybreak_sum_rows& s) {
  require_row_major({s.x_layout});
  if (s.rows == 0 || s.width == 0) return;
  const int64_t chunks = divide_up(s.rows, kRowsEach);
  const cl_mem partial =
      device.stream_of(stream).scratch.at_least(device.context.get(), chunks * s.width * sizeof(float));
  const Macros macros = Macros().set("X_TYPE", name_of(s.x_type)).set("ROWS_EACH", kRowsEach);
  Call(device, stream, kSumRowsSource, "sum_chunks", macros)
      .value(s.rows)
      .value(s.width)
      .operand(s.x, s.x_type)
      .buffer(partial)
      .run_rows(chunks, s.width);
  add_chunks(device, stream, partial, 0, chunks, s.width, s.out);
}

}  // namespace daybreak::kernels::opencl
