#include "libcore/model/mlp.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/device/values.h"

namespace daybreak::model {
namespace {

constexpr std::uint32_t kNoClass = 0xffffffff;

}  // namespace

Mlp::Mlp(const MlpConfig& config, device::Device& device, daybreak_dtype compute, std::int64_t rows)
    : config_(config), device_(device), compute_(compute), rows_(rows), table_(parameter_table(config)) {
  const std::size_t flat = static_cast<std::size_t>(flat_size()) * sizeof(float);
  weights_ = device.allocate(flat);
  gradients_ = device.allocate(flat);
  gradients_.fill_zero();
  std::int64_t widest = 1;
  for (std::size_t layer = 0; layer <= config.hidden.size(); ++layer) {
    inputs_.push_back(rows_of(width(layer)));
    if (layer == 0) continue;
    before_.push_back(rows_of(width(layer)));
    widest = std::max(widest, width(layer));
  }
  for (device::Buffer& slope : slopes_) slope = rows_of(widest);
  outputs_ = rows_of(config.outputs);
  values_ = rows_of(config.outputs);
  classes_ = rows_of(1);
  losses_ = rows_of(1);
}

std::int64_t Mlp::width(std::size_t layer) const {
  return layer == 0 ? config_.inputs : config_.hidden[layer - 1];
}

device::Buffer Mlp::rows_of(std::int64_t width) const {
  return device_.allocate(static_cast<std::size_t>(rows_ * width) * sizeof(float));
}

std::size_t Mlp::device_bytes() const {
  std::size_t bytes =
      weights_.bytes() + gradients_.bytes() + outputs_.bytes() + values_.bytes() + classes_.bytes() + losses_.bytes();
  for (const auto* buffers : {&inputs_, &before_})
    for (const device::Buffer& buffer : *buffers) bytes += buffer.bytes();
  for (const device::Buffer& slope : slopes_) bytes += slope.bytes();
  return bytes;
}

void Mlp::forward(std::span<const float> x) {
  count_ = static_cast<std::int64_t>(x.size()) / config_.inputs;
  if (count_ < 1 || count_ > rows_ || count_ * config_.inputs != static_cast<std::int64_t>(x.size()))
    throw Error(ExitStatus::bug,
                "expected 1 to " + std::to_string(rows_) + " rows of " + std::to_string(config_.inputs) + " numbers");
  inputs_[0].upload(x);
  for (std::size_t layer = 0; layer <= config_.hidden.size(); ++layer) {
    const bool last = layer == config_.hidden.size();
    daybreak_gemm product{};
    product.m = count_;
    product.n = last ? config_.outputs : config_.hidden[layer];
    product.k = width(layer);
    product.a = inputs_[layer].data();
    product.b = weights_.as<float>() + table_[2 * layer].offset;
    product.transpose_b = 1;
    product.c = last ? outputs_.data() : before_[layer].data();
    product.compute = compute_;
    product.alpha = 1;
    product.bias = weights_.as<float>() + table_[2 * layer + 1].offset;
    device_.gemm(product);
    if (last) return;
    daybreak_gelu gelu{};
    gelu.count = count_ * config_.hidden[layer];
    gelu.x = before_[layer].data();
    gelu.y = inputs_[layer + 1].data();
    device_.gelu_forward(gelu);
  }
}

std::vector<float> Mlp::outputs() const {
  std::vector<float> outputs(static_cast<std::size_t>(count_ * config_.outputs));
  outputs_.download(std::span(outputs));
  return outputs;
}

double Mlp::cross_entropy(std::span<const std::uint32_t> classes, float gradient_scale) {
  for (const std::uint32_t one : classes)
    if (one >= static_cast<std::uint64_t>(config_.outputs))
      throw data_error("labels",
                       "class " + std::to_string(one) + " is outside the model's " + std::to_string(config_.outputs));
  classes_.upload(classes);
  daybreak_cross_entropy entropy{};
  entropy.rows = count_;
  entropy.vocabulary = config_.outputs;
  entropy.logits = outputs_.data();
  entropy.target = classes_.as<std::uint32_t>();
  entropy.ignored = kNoClass;
  entropy.loss = losses_.as<float>();
  entropy.gradient_scale = gradient_scale;
  device_.cross_entropy(entropy);
  std::vector<float> losses(classes.size());
  losses_.download(std::span(losses));
  return std::accumulate(losses.begin(), losses.end(), 0.0);
}

/// The outputs become their own gradient.
double Mlp::squared_error(std::span<const float> values, float gradient_scale) {
  values_.upload(values);
  const std::int64_t count = count_ * config_.outputs;
  daybreak_add_scaled difference{};
  difference.count = count;
  difference.x = values_.data();
  difference.y = outputs_.data();
  difference.scale_x = -1;
  difference.scale_y = 1;
  device_.add_scaled(difference);
  const daybreak_statistics_result sums = device::statistics_of(device_, outputs_.data(), DAYBREAK_F32, count);
  daybreak_add_scaled scale{};
  scale.count = count;
  scale.x = scale.y = outputs_.data();
  scale.scale_x = 2 * gradient_scale / static_cast<float>(config_.outputs);
  device_.add_scaled(scale);
  return (sums.not_finite == 0 ? sums.sum_squares : std::numeric_limits<double>::quiet_NaN()) /
         static_cast<double>(config_.outputs);
}

void Mlp::backward() {
  const device::Buffer* slope = &outputs_;
  for (std::size_t layer = config_.hidden.size() + 1; layer-- > 0;) {
    const std::int64_t in = width(layer),
                       out = layer == config_.hidden.size() ? config_.outputs : config_.hidden[layer];
    daybreak_gemm weight{};
    weight.m = out, weight.n = in, weight.k = count_;
    weight.a = slope->data(), weight.transpose_a = 1;
    weight.b = inputs_[layer].data();
    weight.c = gradients_.as<float>() + table_[2 * layer].offset;
    weight.compute = compute_, weight.alpha = weight.beta = 1;
    device_.gemm(weight);
    daybreak_sum_rows bias{};
    bias.rows = count_, bias.width = out;
    bias.x = slope->data();
    bias.out = gradients_.as<float>() + table_[2 * layer + 1].offset;
    device_.sum_rows(bias);
    if (layer == 0) return;
    device::Buffer& next = slopes_[layer % 2];
    daybreak_gemm input{};
    input.m = count_, input.n = in, input.k = out;
    input.a = slope->data();
    input.b = weights_.as<float>() + table_[2 * layer].offset;
    input.c = next.data();
    input.compute = compute_, input.alpha = 1;
    device_.gemm(input);
    daybreak_gelu_backward gelu{};
    gelu.count = count_ * in;
    gelu.x = before_[layer - 1].data();
    gelu.y_gradient = gelu.x_gradient = next.data();
    device_.gelu_backward(gelu);
    slope = &next;
  }
}

double Mlp::loss(const MlpTargets& targets, float gradient_scale) {
  const double sum = config_.task == MlpTask::classes ? cross_entropy(targets.classes, gradient_scale)
                                                      : squared_error(targets.values, gradient_scale);
  if (gradient_scale != 0) backward();
  return sum;
}

void Mlp::show_forward(Inspection& inspection) {
  inspection.enter(Inspection::Pass::forward);
  inspection.show("samples", {}, {inputs_[0].data()}, count_, config_.inputs);
  for (std::size_t layer = 0; layer <= config_.hidden.size(); ++layer) {
    inspection.enter(Inspection::Pass::forward, layer);
    for (const Parameter& one : {table_[2 * layer], table_[2 * layer + 1]})
      inspection.show("parameters", one.name, {weights_.as<float>() + one.offset}, 1, one.count);
    const bool last = layer == config_.hidden.size();
    const std::string_view module = table_[2 * layer].module();
    inspection.show("output", module, {(last ? outputs_ : before_[layer]).data()}, count_,
                    last ? config_.outputs : config_.hidden[layer]);
    if (!last) inspection.show("GELU output", module, {inputs_[layer + 1].data()}, count_, config_.hidden[layer]);
  }
}

void Mlp::show_backward(Inspection& inspection) {
  for (std::size_t layer = config_.hidden.size() + 1; layer-- > 0;) {
    inspection.enter(Inspection::Pass::backward, layer);
    for (const Parameter& one : {table_[2 * layer], table_[2 * layer + 1]})
      inspection.show("gradient", one.name, {gradients_.as<float>() + one.offset}, 1, one.count);
  }
}

std::optional<std::string> Mlp::first_not_finite(std::span<const float> x, const MlpTargets& targets,
                                                 float gradient_scale) {
  Inspection inspection(device_);
  zero_gradients();
  forward(x);
  show_forward(inspection);
  loss(targets, gradient_scale);
  show_backward(inspection);
  return inspection.found();
}

}  // namespace daybreak::model
