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
  g.a_layout = a.layout;
  g.b_layout = b.layout;
  g.c_layout = c.layout;
  g.compute = compute;
  g.alpha = 1;
  return g;
}

void set_ending(daybreak_gemm& g, const Ending& ending) {
  g.beta = ending.adds ? 1 : 0;
  g.addend = ending.addend.data;
  g.epilogue = ending.epilogue;
  g.aux = ending.aux.data;
  g.aux_type = ending.aux.type;
  g.aux_layout = ending.aux.layout;
}

/// Bytes of a matrix in that layout; 0 where the chip has no such one.
std::size_t packed_bytes(const device::Device& device, std::int64_t rows, std::int64_t columns, Arena::Form form) {
  daybreak_pack pack{};
  pack.rows = rows;
  pack.columns = columns;
  pack.x_type = pack.packed_type = form.type;
  pack.packed_layout = form.layout;
  return device.packed_bytes(pack);
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

void Linear::forward(device::Device& device, std::int64_t rows, View x, View y, const Ending& ending) const {
  daybreak_gemm g = product(rows, out, in, x, weight_for(precision.fprop), y, precision.fprop);
  g.transpose_b = !input_first;
  g.bias = bias.data;
  g.bias_type = bias.type;
  set_ending(g, ending);
  multiply(device, g, operands, "forward_product");
}

void Linear::input_gradient(device::Device& device, std::int64_t rows, View dy, View dx, const Ending& ending) const {
  daybreak_gemm g = product(rows, in, out, dy, weight_for(precision.dgrad), dx, precision.dgrad);
  g.transpose_b = input_first;
  set_ending(g, ending);
  multiply(device, g, operands, "input_gradient_product");
}

void Linear::compute_weight_gradient(device::Device& device, std::int64_t rows, View x, View dy, bool adds) const {
  daybreak_gemm g = input_first ? product(in, out, rows, x, dy, weight_gradient, precision.wgrad)
                                : product(out, in, rows, dy, x, weight_gradient, precision.wgrad);
  g.transpose_a = 1;
  g.beta = adds ? 1 : 0;
  multiply(device, g, operands, "weight_gradient_product");
}

void Linear::add_bias_gradient(device::Device& device, std::int64_t rows, View dy) const {
  if (!bias.data) return;
  daybreak_sum_rows s{};
  s.rows = rows;
  s.width = out;
  s.x = dy.data;
  s.x_type = dy.type;
  s.x_layout = dy.layout;
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
  n.y_layout = y.layout;
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

Norm Norm::from(std::int64_t row) const {
  Norm part = *this;
  part.mean = mean.from(row);
  part.rstd = rstd.from(row);
  return part;
}

Arenas::Arenas(void* base, const Arenas& measured)
    : lasting(base),
      blocks(static_cast<std::byte*>(base) + measured.lasting.bytes()),
      turn(static_cast<std::byte*>(base) + measured.lasting.bytes() + measured.blocks.bytes()) {}

const Parameter& LayerFactory::parameter(const std::string& name) const {
  if (const Parameter* found = find_parameter(table_, name)) return *found;
  throw Error(ExitStatus::bug, "the table of parameters lacks " + name);
}

Linear LayerFactory::product(const Parameter& weight, bool input_first, GemmPrecision precision_of_module) const {
  Linear layer;
  layer.module = weight.module();
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

Norm LayerFactory::norm(const std::string& module, Arena& arena) const {
  Norm layer;
  layer.module = parameter(module + ".weight").module();
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

Arena::Form LayerFactory::kept_form(std::int64_t width, std::initializer_list<const Linear*> products,
                                    std::initializer_list<Use> uses) const {
  std::vector<daybreak_dtype> types;
  bool f8 = false;
  for (const Linear* product : products) {
    for (const Use use : uses) types.push_back(product->precision.*use);
    f8 |= is_f8(product->precision.fprop) || is_f8(product->precision.dgrad) || is_f8(product->precision.wgrad);
  }
  const daybreak_dtype type = storage_type(types, precision.activations());
  const bool tiled = !f8 && packed_bytes(device_, rows, width, {type, DAYBREAK_TILED}) != 0;
  return {type, tiled ? DAYBREAK_TILED : DAYBREAK_ROW_MAJOR};
}

View LayerFactory::matrix(Arena& arena, std::int64_t most_rows, std::int64_t width, Arena::Form form) const {
  if (form.layout == DAYBREAK_ROW_MAJOR) return arena.take(most_rows * width, form.type);
  return arena.take_bytes(packed_bytes(device_, most_rows, width, form), form);
}

void agree_on_layout(std::initializer_list<Arena::Form*> forms) {
  bool same = true;
  for (const Arena::Form* form : forms) same &= form->layout == (*forms.begin())->layout;
  if (same) return;
  for (Arena::Form* form : forms) form->layout = DAYBREAK_ROW_MAJOR;
}

std::int64_t element_count(const device::Device& device, View matrix, std::int64_t rows, std::int64_t width) {
  if (matrix.layout == DAYBREAK_ROW_MAJOR) return rows * width;
  const std::size_t bytes = packed_bytes(device, rows, width, {matrix.type, matrix.layout});
  return static_cast<std::int64_t>(bytes / device::bytes_of(matrix.type));
}

}  // namespace daybreak::model
