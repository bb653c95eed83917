#include "libcore/model/llama_block.h"

#include <string>

namespace daybreak::model {

LlamaBlock::LlamaBlock(const LayerFactory& make, std::int64_t layer)
    : width_(make.config.width), mlp_width_(make.config.mlp_width), q_width_(make.config.heads * make.config.head_width),
      kv_width_(make.config.kv_heads * make.config.head_width), rope_base_(static_cast<float>(make.config.rope_base)), attention_(make) {
  const std::string name = "model.layers." + std::to_string(layer) + ".";
  norm_1_ = make.norm(name + "input_layernorm");
  norm_2_ = make.norm(name + "post_attention_layernorm");
  q_in_ = make.linear(name + "self_attn.q_proj");
  k_in_ = make.linear(name + "self_attn.k_proj");
  v_in_ = make.linear(name + "self_attn.v_proj");
  attention_out_ = make.linear(name + "self_attn.o_proj");
  gate_in_ = make.linear(name + "mlp.gate_proj");
  up_in_ = make.linear(name + "mlp.up_proj");
  mlp_out_ = make.linear(name + "mlp.down_proj");

  // Operands that several products share are kept as the most exact of them needs.
  const GemmPrecision &q = q_in_.precision, &k = k_in_.precision, &v = v_in_.precision, &o = attention_out_.precision,
                      &gate = gate_in_.precision, &up = up_in_.precision, &down = mlp_out_.precision;
  qkv_gradient_type_ = make.storage({q.dgrad, q.wgrad, k.dgrad, k.wgrad, v.dgrad, v.wgrad});
  hidden_gradient_type_ = make.storage({gate.dgrad, gate.wgrad, up.dgrad, up.wgrad});
  attention_out_type_ = make.storage({o.dgrad, o.wgrad});
  mlp_out_type_ = make.storage({down.dgrad, down.wgrad});
  const daybreak_dtype hidden_type = make.storage({gate.fprop, up.fprop});
  // Rounded before and after their rotation, q and k would cost a trained model's bfloat16 gradients five times the error.
  constexpr daybreak_dtype qkv_type = DAYBREAK_F32;

  normed_1_ = make.activation(width_, make.storage({q.fprop, q.wgrad, k.fprop, k.wgrad, v.fprop, v.wgrad}));
  q_ = make.activation(q_width_, qkv_type);
  k_ = make.activation(kv_width_, qkv_type);
  v_ = make.activation(kv_width_, qkv_type);
  attended_ = make.activation(q_width_, make.storage({o.fprop, o.wgrad}));
  middle_ = make.activation(width_, DAYBREAK_F32);
  normed_2_ = make.activation(width_, make.storage({gate.fprop, gate.wgrad, up.fprop, up.wgrad}));
  gate_ = make.activation(mlp_width_, hidden_type);
  up_ = make.activation(mlp_width_, hidden_type);
  activated_ = make.activation(mlp_width_, make.storage({down.fprop, down.wgrad}));
}

void LlamaBlock::rotate(device::Device& device, Extent extent, View x, std::int64_t heads, int direction) const {
  daybreak_rope rope{};
  rope.tokens = extent.rows();
  rope.context = extent.context;
  rope.heads = heads;
  rope.head_width = attention_.head_width;
  rope.row_stride = heads * attention_.head_width;
  rope.x = x.data;
  rope.x_type = x.type;
  rope.base = rope_base_;
  rope.direction = direction;
  device.rope(rope);
}

void LlamaBlock::forward(device::Device& device, Extent extent, View in, View out) {
  const std::int64_t rows = extent.rows();
  const auto residual_bytes = static_cast<std::size_t>(rows * width_) * sizeof(float);
  norm_1_.forward(device, rows, in, normed_1_);
  q_in_.forward(device, rows, normed_1_, q_);
  k_in_.forward(device, rows, normed_1_, k_);
  v_in_.forward(device, rows, normed_1_, v_);
  rotate(device, extent, q_, attention_.heads, 1);
  rotate(device, extent, k_, attention_.kv_heads, 1);
  attention_.forward(device, extent, operands(q_, k_, v_), attended_);
  device.copy(middle_.data, in.data, residual_bytes);
  attention_out_.forward(device, rows, attended_, middle_, true);

  norm_2_.forward(device, rows, middle_, normed_2_);
  gate_in_.forward(device, rows, normed_2_, gate_);
  up_in_.forward(device, rows, normed_2_, up_);
  daybreak_swiglu swiglu{};
  swiglu.count = rows * mlp_width_;
  swiglu.gate = gate_.data;
  swiglu.up = up_.data;
  swiglu.x_type = gate_.type;
  swiglu.y = activated_.data;
  swiglu.y_type = activated_.type;
  device.swiglu_forward(swiglu);
  device.copy(out.data, middle_.data, residual_bytes);
  mlp_out_.forward(device, rows, activated_, out, true);
}

void LlamaBlock::backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  mlp_backward(device, extent.rows(), scratch);
  attention_backward(device, extent, in, scratch);
}

void LlamaBlock::mlp_backward(device::Device& device, std::int64_t rows, const Scratch& scratch) {
  const View out_gradient = scratch.residual_as(device, rows, width_, mlp_out_type_);
  const View activated_gradient{scratch.wide[0].data, hidden_gradient_type_}, gate_gradient{scratch.wide[1].data, hidden_gradient_type_},
      up_gradient{scratch.wide[2].data, hidden_gradient_type_};
  mlp_out_.add_weight_gradient(device, rows, activated_, out_gradient);
  mlp_out_.input_gradient(device, rows, out_gradient, activated_gradient);
  daybreak_swiglu_backward swiglu{};
  swiglu.count = rows * mlp_width_;
  swiglu.gate = gate_.data;
  swiglu.up = up_.data;
  swiglu.x_type = gate_.type;
  swiglu.y_gradient = activated_gradient.data;
  swiglu.gate_gradient = gate_gradient.data;
  swiglu.up_gradient = up_gradient.data;
  swiglu.gradient_type = hidden_gradient_type_;
  device.swiglu_backward(swiglu);

  gate_in_.add_weight_gradient(device, rows, normed_2_, gate_gradient);
  up_in_.add_weight_gradient(device, rows, normed_2_, up_gradient);
  gate_in_.input_gradient(device, rows, gate_gradient, scratch.norm_gradient);
  up_in_.input_gradient(device, rows, up_gradient, scratch.norm_gradient, true);
  norm_2_.backward(device, rows, middle_, scratch.norm_gradient, scratch.residual_gradient);
}

void LlamaBlock::attention_backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  const std::int64_t rows = extent.rows();
  const View out_gradient = scratch.residual_as(device, rows, width_, attention_out_type_);
  const View attended_gradient{scratch.attention_out.data, qkv_gradient_type_}, q_gradient{scratch.wide[0].data, qkv_gradient_type_},
      k_gradient{scratch.wide[1].data, qkv_gradient_type_}, v_gradient{scratch.wide[2].data, qkv_gradient_type_};
  attention_out_.add_weight_gradient(device, rows, attended_, out_gradient);
  attention_out_.input_gradient(device, rows, out_gradient, attended_gradient);
  attention_.backward(device, extent, operands(q_, k_, v_), attended_, attended_gradient,
                      operands(q_gradient, k_gradient, v_gradient));
  rotate(device, extent, q_gradient, attention_.heads, -1);
  rotate(device, extent, k_gradient, attention_.kv_heads, -1);

  q_in_.add_weight_gradient(device, rows, normed_1_, q_gradient);
  k_in_.add_weight_gradient(device, rows, normed_1_, k_gradient);
  v_in_.add_weight_gradient(device, rows, normed_1_, v_gradient);
  q_in_.input_gradient(device, rows, q_gradient, scratch.norm_gradient);
  k_in_.input_gradient(device, rows, k_gradient, scratch.norm_gradient, true);
  v_in_.input_gradient(device, rows, v_gradient, scratch.norm_gradient, true);
  norm_1_.backward(device, rows, in, scratch.norm_gradient, scratch.residual_gradient);
}

}  // namespace daybreak::model
