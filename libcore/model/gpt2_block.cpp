#include "libcore/model/gpt2_block.h"

#include <string>

namespace daybreak::model {

Gpt2Block::Gpt2Block(const LayerFactory& make, std::int64_t layer)
    : width_(make.config.width), mlp_width_(make.config.mlp_width), attention_(make) {
  const std::string name = "transformer.h." + std::to_string(layer) + ".";
  norm_1_ = make.norm(name + "ln_1");
  norm_2_ = make.norm(name + "ln_2");
  attention_in_ = make.linear(name + "attn.c_attn");
  attention_out_ = make.linear(name + "attn.c_proj");
  mlp_in_ = make.linear(name + "mlp.c_fc");
  mlp_out_ = make.linear(name + "mlp.c_proj");

  const auto input_type = [&](const Linear& l) { return make.storage({l.precision.fprop, l.precision.wgrad}); };
  const auto gradient_type = [&](const Linear& l) { return make.storage({l.precision.dgrad, l.precision.wgrad}); };
  qkv_gradient_type_ = gradient_type(attention_in_);
  hidden_gradient_type_ = gradient_type(mlp_in_);
  attention_out_type_ = gradient_type(attention_out_);
  mlp_out_type_ = gradient_type(mlp_out_);

  normed_1_ = make.activation(width_, input_type(attention_in_));
  qkv_ = make.activation(3 * width_, make.storage({attention_in_.precision.fprop}));
  attended_ = make.activation(width_, input_type(attention_out_));
  middle_ = make.activation(width_, DAYBREAK_F32);
  normed_2_ = make.activation(width_, input_type(mlp_in_));
  hidden_ = make.activation(mlp_width_, make.storage({mlp_in_.precision.fprop}));
  activated_ = make.activation(mlp_width_, input_type(mlp_out_));
}

Attention::Operands Gpt2Block::split(View qkv) const {
  return {qkv, qkv.from(width_), qkv.from(2 * width_), 3 * width_, 3 * width_};
}

void Gpt2Block::forward(device::Device& device, Extent extent, View in, View out) {
  const std::int64_t rows = extent.rows();
  const auto residual_bytes = static_cast<std::size_t>(rows * width_) * sizeof(float);
  norm_1_.forward(device, rows, in, normed_1_);
  attention_in_.forward(device, rows, normed_1_, qkv_);
  attention_.forward(device, extent, split(qkv_), attended_);
  device.copy(middle_.data, in.data, residual_bytes);
  attention_out_.forward(device, rows, attended_, middle_, true);

  norm_2_.forward(device, rows, middle_, normed_2_);
  mlp_in_.forward(device, rows, normed_2_, hidden_);
  daybreak_gelu gelu{};
  gelu.count = rows * mlp_width_;
  gelu.x = hidden_.data;
  gelu.x_type = hidden_.type;
  gelu.y = activated_.data;
  gelu.y_type = activated_.type;
  device.gelu_forward(gelu);
  device.copy(out.data, middle_.data, residual_bytes);
  mlp_out_.forward(device, rows, activated_, out, true);
}

void Gpt2Block::backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  mlp_backward(device, extent.rows(), scratch);
  attention_backward(device, extent, in, scratch);
}

void Gpt2Block::mlp_backward(device::Device& device, std::int64_t rows, const Scratch& scratch) {
  const View out_gradient = scratch.residual_as(device, rows, width_, mlp_out_type_);
  mlp_out_.add_weight_gradient(device, rows, activated_, out_gradient);
  mlp_out_.add_bias_gradient(device, rows, scratch.residual_gradient);

  const View hidden_gradient{scratch.wide[0].data, hidden_gradient_type_};
  mlp_out_.input_gradient(device, rows, out_gradient, hidden_gradient);
  daybreak_gelu_backward gelu{};
  gelu.count = rows * mlp_width_;
  gelu.x = hidden_.data;
  gelu.x_type = hidden_.type;
  gelu.y_gradient = gelu.x_gradient = hidden_gradient.data;
  gelu.gradient_type = hidden_gradient.type;
  device.gelu_backward(gelu);

  mlp_in_.add_weight_gradient(device, rows, normed_2_, hidden_gradient);
  mlp_in_.add_bias_gradient(device, rows, hidden_gradient);
  mlp_in_.input_gradient(device, rows, hidden_gradient, scratch.norm_gradient);
  norm_2_.backward(device, rows, middle_, scratch.norm_gradient, scratch.residual_gradient);
}

void Gpt2Block::attention_backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  const std::int64_t rows = extent.rows();
  const View out_gradient = scratch.residual_as(device, rows, width_, attention_out_type_);
  attention_out_.add_weight_gradient(device, rows, attended_, out_gradient);
  attention_out_.add_bias_gradient(device, rows, scratch.residual_gradient);

  const View attended_gradient{scratch.attention_out.data, qkv_gradient_type_};
  const View qkv_gradient{scratch.wide[0].data, qkv_gradient_type_};
  attention_out_.input_gradient(device, rows, out_gradient, attended_gradient);
  attention_.backward(device, extent, split(qkv_), attended_, attended_gradient, split(qkv_gradient));

  attention_in_.add_weight_gradient(device, rows, normed_1_, qkv_gradient);
  attention_in_.add_bias_gradient(device, rows, qkv_gradient);
  attention_in_.input_gradient(device, rows, qkv_gradient, scratch.norm_gradient);
  norm_1_.backward(device, rows, in, scratch.norm_gradient, scratch.residual_gradient);
}

}  // namespace daybreak::model
