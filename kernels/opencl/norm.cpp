// Both normalizations: the kernels differ by a macro.
#include "kernels/opencl/operations.h"
#include "kernels/opencl/sum_rows.h"

namespace daybreak::kernels::opencl {
namespace {

Macros macros_of(bool layer, daybreak_dtype x, daybreak_dtype weight, daybreak_dtype y, daybreak_dtype dy,
                 daybreak_dtype dx) {
  return Macros()
      .set("LAYER", layer)
      .set("X_TYPE", name_of(x))
      .set("WEIGHT_TYPE", name_of(weight))
      .set("Y_TYPE", name_of(y))
      .set("DY_TYPE", name_of(dy))
      .set("DX_TYPE", name_of(dx))
      .set("ROWS_EACH", kRowsEach);
}

void forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n, bool layer) {
  require_row_major({n.y_layout});
  if (n.rows == 0 || n.width == 0) return;
  Call(device, stream, kNormSource, "norm_forward",
       macros_of(layer, n.x_type, n.weight_type, n.y_type, DAYBREAK_F32, DAYBREAK_F32))
      .value(n.width)
      .operand(n.x, n.x_type)
      .operand(n.weight, n.weight_type)
      .operand(layer ? n.bias : nullptr, n.weight_type)
      .operand(n.y, n.y_type)
      .floats(layer ? n.mean : nullptr)
      .floats(n.rstd)
      .value(n.epsilon)
      .run(n.rows);
}

void sum_gradients(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n, bool layer,
                   const Macros& macros) {
  const int64_t chunks = divide_up(n.rows, kRowsEach), of_one = chunks * n.width;
  const cl_mem partial = device.stream_of(stream).scratch.at_least(device.context.get(), 2 * of_one * sizeof(float));
  Call(device, stream, kNormSource, "sum_gradients", macros)
      .value(n.rows)
      .value(n.width)
      .value(chunks)
      .operand(n.x, n.x_type)
      .operand(n.y_gradient, n.y_gradient_type)
      .floats(layer ? n.mean : nullptr)
      .floats(n.rstd)
      .buffer(partial)
      .run_rows(chunks, n.width);
  add_chunks(device, stream, partial, 0, chunks, n.width, n.weight_gradient);
  if (layer) add_chunks(device, stream, partial, of_one, chunks, n.width, n.bias_gradient);
}

void backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n, bool layer) {
  require_row_major({n.y_gradient_layout});
  if (n.rows == 0 || n.width == 0) return;
  const Macros macros = macros_of(layer, n.x_type, n.weight_type, DAYBREAK_F32, n.y_gradient_type, n.x_gradient_type);
  Call(device, stream, kNormSource, "norm_backward", macros)
      .value(n.width)
      .operand(n.x, n.x_type)
      .operand(n.weight, n.weight_type)
      .operand(n.y_gradient, n.y_gradient_type)
      .floats(layer ? n.mean : nullptr)
      .floats(n.rstd)
      .operand(n.x_gradient, n.x_gradient_type)
      .run(n.rows);
  sum_gradients(device, stream, n, layer, macros);
}

}  // namespace

void Operations::layernorm_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n) {
  forward(device, stream, n, true);
}

void Operations::layernorm_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n) {
  backward(device, stream, n, true);
}

void Operations::rmsnorm_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n) {
  forward(device, stream, n, false);
}

void Operations::rmsnorm_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n) {
  backward(device, stream, n, false);
}

}  // namespace daybreak::kernels::opencl
