#include "libcore/model/attention.h"

#include <cmath>

namespace daybreak::model {

Attention::Attention(const LayerFactory& make)
    : heads(make.config.heads),
      kv_heads(make.config.kv_heads),
      head_width(make.config.head_width),
      log_sum_exp(make.kept(heads, {DAYBREAK_F32, DAYBREAK_ROW_MAJOR})) {}

template <typename Arguments>
Arguments Attention::arguments(Extent extent, const Operands& operands, View out) const {
  Arguments a{};
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
  a.layout = operands.q.layout;
  a.out = out.data;
  a.out_type = out.type;
  a.out_layout = out.layout;
  a.log_sum_exp = log_sum_exp.f32();
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_width)));
  return a;
}

void Attention::forward(device::Device& device, Extent extent, const Operands& operands, View out) const {
  device.attention_forward(arguments<daybreak_attention>(extent, operands, out));
}

void Attention::backward(device::Device& device, Extent extent, const Operands& operands, View out, View out_gradient,
                         const Operands& gradients) const {
  auto a = arguments<daybreak_attention_backward>(extent, operands, out);
  a.out_gradient = out_gradient.data;
  a.q_gradient = gradients.q.data;
  a.k_gradient = gradients.k.data;
  a.v_gradient = gradients.v.data;
  a.gradient_type = gradients.q.type;
  device.attention_backward(a);
}

}  // namespace daybreak::model
