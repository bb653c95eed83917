#include <algorithm>

#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

Macros macros_of(daybreak_dtype table, daybreak_dtype out, bool positions) {
  return Macros()
      .set("TABLE_TYPE", name_of(table))
      .set("OUT_TYPE", name_of(out))
      .set("POSITIONS", positions)
      .set("FAULT", kTokenOutside);
}

}  // namespace

void Operations::embedding_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_embedding& e) {
  if (e.tokens == 0) return;
  Call(device, stream, kEmbeddingSource, "embedding_forward",
       macros_of(e.table_type, e.out_type, e.position_table != nullptr))
      .value(e.width)
      .value(e.vocabulary)
      .words(e.token)
      .value(e.context)
      .operand(e.table, e.table_type)
      .operand(e.position_table, e.table_type)
      .operand(e.out, e.out_type)
      .buffer(device.faults.get())
      .run_rows(e.tokens, e.width);
  device.may_have_faults = true;
}

void Operations::embedding_backward(daybreak_device& device, daybreak_stream* stream,
                                    const daybreak_embedding_backward& e) {
  if (e.tokens == 0) return;
  const Macros macros = macros_of(DAYBREAK_F32, e.out_gradient_type, false);
  const cl_mem links = device.stream_of(stream).scratch.at_least(device.context.get(), 2 * e.tokens * sizeof(cl_int));
  Call(device, stream, kEmbeddingSource, "link_tokens", macros)
      .value(e.tokens)
      .value(e.vocabulary)
      .words(e.token)
      .buffer(links)
      .buffer(device.faults.get())
      .run_items(e.tokens);
  device.may_have_faults = true;
  Call(device, stream, kEmbeddingSource, "add_to_table", macros)
      .value(e.tokens)
      .value(e.width)
      .words(e.token)
      .buffer(links)
      .operand(e.out_gradient, e.out_gradient_type)
      .floats(e.table_gradient)
      .run_rows(e.tokens, e.width);
  if (!e.position_gradient) return;
  Call(device, stream, kEmbeddingSource, "add_to_positions", macros)
      .value(e.tokens)
      .value(e.width)
      .value(e.context)
      .operand(e.out_gradient, e.out_gradient_type)
      .floats(e.position_gradient)
      .run_rows(std::min(e.context, e.tokens), e.width);
}

}  // namespace daybreak::kernels::opencl
