#include "libcore/model/branch.h"

#include <algorithm>

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

Branch::Branch(const LayerFactory& make, const std::string& norm, const std::string& projection)
    : norm_(make.norm(norm)),
      projection_(make.linear(projection)),
      inner_(make.activation(projection_.in, make.input_type({&projection_}))),
      width_(make.config.width),
      out_gradient_type_(make.gradient_type({&projection_})) {}

void Branch::set_readers(const LayerFactory& make, std::initializer_list<const Linear*> readers) {
  normed_ = make.activation(width_, make.input_type(readers));
  inner_gradient_type_ = make.gradient_type(readers);
}

void Branch::forward(device::Device& device, Extent extent, View in, View out) {
  const std::int64_t rows = extent.rows();
  norm_.forward(device, rows, in, normed_);
  inner_forward(device, extent);
  device.copy(out.data, in.data, static_cast<std::size_t>(rows * width_) * sizeof(float));
  projection_.forward(device, rows, inner_, out, true);
}

void Branch::backward(device::Device& device, Extent extent, View in, const Scratch& scratch) {
  const std::int64_t rows = extent.rows();
  const View out_gradient = scratch.residual_as(device, rows, width_, out_gradient_type_);
  projection_.add_weight_gradient(device, rows, inner_, out_gradient);
  projection_.add_bias_gradient(device, rows, scratch.residual_gradient);
  inner_backward(device, extent, out_gradient, scratch);
  norm_.backward(device, rows, in, scratch.norm_gradient, scratch.residual_gradient);
}

}  // namespace daybreak::model
