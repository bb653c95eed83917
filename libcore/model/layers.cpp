#include "libcore/model/layers.h"

#include "libcore/base/error.h"

namespace daybreak::model {
namespace {

daybreak_gemm product(std::int64_t m, std::int64_t n, std::int64_t k, View a, View b, View c, daybreak_dtype compute) {
  daybreak_gemm g{};
  g.m = m;
  g.n = n;
  g.k = k;
  g.a = a.data;
  g.b = b.data;
  g.c = c.data;
  g.a_type = a.type;
  g.b_type = b.type;
  g.c_type = c.type;
  g.compute = compute;
  g.alpha = 1;
  return g;
}

}  // namespace

daybreak_dtype storage_type(const std::vector<daybreak_dtype>& types, daybreak_dtype activations) {
  bool bf16 = false, f16 = false;
  for (const daybreak_dtype type : types) {
    if (type == DAYBREAK_F32) return DAYBREAK_F32;
    bf16 |= type == DAYBREAK_BF16;
    f16 |= type == DAYBREAK_F16;
  }
  if (activations == DAYBREAK_F32 || (bf16 && f16)) return DAYBREAK_F32;
  if (!bf16 && !f16) return activations;
  return bf16 ? DAYBREAK_BF16 : DAYBREAK_F16;
}

void Linear::forward(device::Device& device, std::int64_t rows, View x, View y, bool accumulate) const {
  daybreak_gemm g = product(rows, out, in, x, weight_for(precision.fprop), y, precision.fprop);
  g.transpose_b = !input_first;
  g.beta = accumulate ? 1 : 0;
  g.bias = bias.data;
  g.bias_type = bias.type;
  multiply(device, g, operands);
}

void Linear::input_gradient(device::Device& device, std::int64_t rows, View dy, View dx, bool accumulate) const {
  daybreak_gemm g = product(rows, in, out, dy, weight_for(precision.dgrad), dx, precision.dgrad);
  g.transpose_b = input_first;
  g.beta = accumulate ? 1 : 0;
  multiply(device, g, operands);
}

void Linear::add_weight_gradient(device::Device& device, std::int64_t rows, View x, View dy) const {
  daybreak_gemm g = input_first ? product(in, out, rows, x, dy, weight_gradient, precision.wgrad)
                                : product(out, in, rows, dy, x, weight_gradient, precision.wgrad);
  g.transpose_a = 1;
  g.beta = 1;
  multiply(device, g, operands);
}

void Linear::add_bias_gradient(device::Device& device, std::int64_t rows, View dy) const {
  if (!bias.data) return;
  daybreak_sum_rows s{};
  s.rows = rows;
  s.width = out;
  s.x = dy.data;
  s.x_type = dy.type;
  s.out = bias_gradient.f32();
  device.sum_rows(s);
}

template <typename Arguments>
Arguments Norm::arguments(std::int64_t rows, View x) const {
  Arguments n{};
  n.rows = rows;
  n.width = width;
  n.x = x.data;
  n.x_type = x.type;
  n.weight = weight.data;
  n.weight_type = weight.type;
  n.mean = mean.f32();
  n.rstd = rstd.f32();
  return n;
}

void Norm::forward(device::Device& device, std::int64_t rows, View x, View y) const {
  auto n = arguments<daybreak_norm>(rows, x);
  n.bias = bias.data;
  n.y = y.data;
  n.y_type = y.type;
  n.epsilon = epsilon;
  if (bias.data) device.layernorm_forward(n);
  else device.rmsnorm_forward(n);
}

void Norm::backward(device::Device& device, std::int64_t rows, View x, View dy, View dx) const {
  auto n = arguments<daybreak_norm_backward>(rows, x);
  n.y_gradient = dy.data;
  n.y_gradient_type = dy.type;
  n.x_gradient = dx.data;
  n.x_gradient_type = dx.type;
  n.weight_gradient = weight_gradient.f32();
  n.bias_gradient = bias_gradient.f32();
  if (bias.data) device.layernorm_backward(n);
  else device.rmsnorm_backward(n);
}

const Parameter& LayerFactory::parameter(const std::string& name) const {
  if (const Parameter* found = find_parameter(table_, name)) return *found;
  throw Error(ExitStatus::bug, "the table of parameters lacks " + name);
}

Linear LayerFactory::product(const Parameter& weight, bool input_first, GemmPrecision precision_of_module) const {
  Linear layer;
  layer.in = static_cast<std::int64_t>(weight.shape[input_first ? 0 : 1]);
  layer.out = static_cast<std::int64_t>(weight.shape[input_first ? 1 : 0]);
  layer.input_first = input_first;
  layer.precision = precision_of_module;
  layer.weight = flat_.weights.from(weight.offset);
  layer.weight_gradient = flat_.gradients.from(weight.offset);
  if (flat_.copy.data) layer.copy = flat_.copy.from(weight.offset);
  layer.operands = flat_.operands;
  return layer;
}

Linear LayerFactory::linear(const std::string& module) const {
  const bool gpt2 = config.family == Family::gpt2;
  Linear layer = product(parameter(module + ".weight"), gpt2, precision.of(module));
  if (find_parameter(table_, module + ".bias") != nullptr) {
    layer.bias = weight(module + ".bias");
    layer.bias_gradient = gradient(module + ".bias");
  }
  return layer;
}

Linear LayerFactory::head() const {
  const Parameter& weight = config.tied ? table_.front() : parameter("lm_head.weight");
  return product(weight, false, precision.of("lm_head"));
}

Norm LayerFactory::norm(const std::string& module) const {
  Norm layer;
  layer.width = config.width;
  layer.epsilon = static_cast<float>(config.norm_epsilon);
  layer.weight = weight(module + ".weight");
  layer.weight_gradient = gradient(module + ".weight");
  layer.rstd = arena.take(rows, DAYBREAK_F32);
  if (config.family == Family::gpt2) {
    layer.bias = weight(module + ".bias");
    layer.bias_gradient = gradient(module + ".bias");
    layer.mean = arena.take(rows, DAYBREAK_F32);
  }
  return layer;
}

daybreak_dtype LayerFactory::kept_type(std::initializer_list<const Linear*> products, std::initializer_list<Use> uses) const {
  std::vector<daybreak_dtype> types;
  for (const Linear* product : products)
    for (const Use use : uses) types.push_back(product->precision.*use);
  return storage_type(types, precision.activations());
}

}  // namespace daybreak::model
