#include "libcore/model/block.h"

#include <algorithm>
#include <cmath>

namespace daybreak::model {

Scratch::Scratch(const LayerFactory& make) {
  const Config& c = make.config;
  const std::int64_t q_width = c.heads * c.head_width;
  const std::int64_t attention_width = c.family == Family::gpt2 ? 3 * c.width : q_width;
  residual_gradient = make.activation(c.width, DAYBREAK_F32);
  narrow = make.activation(c.width, DAYBREAK_F32);
  norm_gradient = make.activation(c.width, DAYBREAK_F32);
  attention_out = make.activation(q_width, DAYBREAK_F32);
  const int pieces = c.family == Family::gpt2 ? 1 : 3;
  for (int i = 0; i < pieces; ++i) wide[i] = make.activation(std::max(c.mlp_width, attention_width), DAYBREAK_F32);
}

View Scratch::residual_as(device::Device& device, std::int64_t rows, std::int64_t width, daybreak_dtype type) const {
  if (type == DAYBREAK_F32) return residual_gradient;
  daybreak_cast cast{};
  cast.count = rows * width;
  cast.x = residual_gradient.data;
  cast.x_type = DAYBREAK_F32;
  cast.y = narrow.data;
  cast.y_type = type;
  device.cast(cast);
  return {narrow.data, type};
}

Attention::Attention(const LayerFactory& make)
    : heads(make.config.heads), kv_heads(make.config.kv_heads), head_width(make.config.head_width),
      log_sum_exp(make.activation(heads, DAYBREAK_F32)) {}

void Attention::forward(device::Device& device, Extent extent, const Operands& operands, View out) const {
  daybreak_attention a{};
  a.batch = extent.sequences;
  a.context = extent.context;
  a.heads = heads;
  a.kv_heads = kv_heads;
  a.head_width = head_width;
  a.q_stride = operands.q_stride;
  a.kv_stride = operands.kv_stride;
  a.out_stride = heads * head_width;
  a.q = operands.q.data;
  a.k = operands.k.data;
  a.v = operands.v.data;
  a.type = operands.q.type;
  a.out = out.data;
  a.out_type = out.type;
  a.log_sum_exp = log_sum_exp.f32();
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_width)));
  device.attention_forward(a);
}

void Attention::backward(device::Device& device, Extent extent, const Operands& operands, View out, View out_gradient,
                         const Operands& gradients) const {
  daybreak_attention_backward a{};
  a.batch = extent.sequences;
  a.context = extent.context;
  a.heads = heads;
  a.kv_heads = kv_heads;
  a.head_width = head_width;
  a.q_stride = operands.q_stride;
  a.kv_stride = operands.kv_stride;
  a.out_stride = heads * head_width;
  a.q = operands.q.data;
  a.k = operands.k.data;
  a.v = operands.v.data;
  a.type = operands.q.type;
  a.out = out.data;
  a.out_type = out.type;
  a.out_gradient = out_gradient.data;
  a.log_sum_exp = log_sum_exp.f32();
  a.q_gradient = gradients.q.data;
  a.k_gradient = gradients.k.data;
  a.v_gradient = gradients.v.data;
  a.gradient_type = gradients.q.type;
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_width)));
  device.attention_backward(a);
}

}  // namespace daybreak::model
