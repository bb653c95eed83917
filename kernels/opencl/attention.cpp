#include <algorithm>

#include "kernels/opencl/discovery.h"
#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {
namespace {

/// The width of the program for heads of `width`: few widths serve all, for a program takes long to build.
int64_t program_width(int64_t width) {
  constexpr int64_t kLeast = 16, kStep = 32;
  return width <= kLeast ? kLeast : divide_up(width, kStep) * kStep;
}

/// Rows that fit local memory beside each other: two tiles of 8 KiB, within the 32 KiB that every device has.
int64_t rows_at_once(const daybreak_device& device, int64_t width) {
  constexpr int64_t kMost = 32, kTileFloats = 2048, kBytesOfRow = 2 * sizeof(float);
  const auto local = static_cast<int64_t>(property<cl_ulong>(device.id, CL_DEVICE_LOCAL_MEM_SIZE));
  if (width * kBytesOfRow + 2 * static_cast<int64_t>(sizeof(float)) > local)
    throw Refusal{DAYBREAK_UNSUPPORTED, "two rows of a head do not fit this device's local memory"};
  return std::clamp<int64_t>(kTileFloats / width, 1, kMost);
}

Macros macros_of(const daybreak_device& device, int64_t head_width) {
  const int64_t width = program_width(head_width);
  return Macros().set("WIDTH", width).set("ROWS", rows_at_once(device, width));
}

/// The arguments SHAPE of attention.cl.
template <typename Attention>
Call& shape(Call&& call, const Attention& a) {
  return call.value(a.context)
      .value(a.heads)
      .value(a.heads / a.kv_heads)
      .value(a.head_width)
      .value(a.q_stride)
      .value(a.kv_stride)
      .value(a.out_stride)
      .value(a.scale);
}

template <typename Attention>
bool is_empty(const Attention& a) {
  return a.batch == 0 || a.context == 0 || a.heads == 0 || a.head_width == 0;
}

}  // namespace

void Operations::attention_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_attention& a) {
  require_row_major({a.layout, a.out_layout});
  if (is_empty(a)) return;
  shape(Call(device, stream, kAttentionSource, "attention_forward", macros_of(device, a.head_width)), a)
      .any_operand(a.q, a.type)
      .any_operand(a.k, a.type)
      .any_operand(a.v, a.type)
      .any_operand(a.out, a.out_type)
      .floats(a.log_sum_exp)
      .run(a.batch * a.heads * divide_up(a.context, kItems));
}

void Operations::attention_backward(daybreak_device& device, daybreak_stream* stream,
                                    const daybreak_attention_backward& a) {
  require_row_major({a.layout, a.out_layout});
  if (is_empty(a)) return;
  const Macros macros = macros_of(device, a.head_width);
  const int64_t blocks = divide_up(a.context, kItems);
  const size_t rows = static_cast<size_t>(a.batch * a.heads * a.context);
  const cl_mem means = device.stream_of(stream).scratch.at_least(device.context.get(), rows * sizeof(float));
  const auto call = [&](const char* kernel) { return Call(device, stream, kAttentionSource, kernel, macros); };
  const auto operands = [&](Call& of) -> Call& {
    return of.any_operand(a.q, a.type)
        .any_operand(a.k, a.type)
        .any_operand(a.v, a.type)
        .any_operand(a.out_gradient, a.gradient_type)
        .floats(a.log_sum_exp)
        .buffer(means);
  };
  shape(call("attention_means"), a)
      .any_operand(a.out, a.out_type)
      .any_operand(a.out_gradient, a.gradient_type)
      .buffer(means)
      .run(a.batch * a.heads * blocks);
  operands(shape(call("attention_backward_q"), a))
      .any_operand(a.q_gradient, a.gradient_type)
      .run(a.batch * a.heads * blocks);
  operands(shape(call("attention_backward_kv"), a))
      .any_operand(a.k_gradient, a.gradient_type)
      .any_operand(a.v_gradient, a.gradient_type)
      .run(a.batch * a.kv_heads * blocks);
}

}  // namespace daybreak::kernels::opencl
