#include "libcore/model/transformer.h"

#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {

std::vector<float> Transformer::State::read_logits(std::int64_t first_row, std::int64_t rows) {
  if (!has_logits) compute_logits();
  const std::size_t count = static_cast<std::size_t>(rows * config.vocabulary);
  const View from = network->logits.from(first_row * config.vocabulary);
  std::vector<float> values(count);
  if (from.type == DAYBREAK_F32) {
    device.copy_out(values.data(), from.data, count * sizeof(float));
    return values;
  }
  std::vector<std::uint16_t> codes(count);
  device.copy_out(codes.data(), from.data, count * sizeof codes[0]);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = from.type == DAYBREAK_BF16 ? kernels::decode<kernels::Bf16>(codes[i]) : kernels::decode<kernels::F16>(codes[i]);
  return values;
}

Transformer::Transformer(const Config& config, device::Device& device, const Precision& precision, std::int64_t batch,
                         std::int64_t context)
    : state_(std::make_unique<State>(config, device, precision, batch, context)) {}

Transformer::~Transformer() = default;
Transformer::Transformer(Transformer&&) noexcept = default;

const Config& Transformer::config() const { return state_->config; }
const std::vector<Parameter>& Transformer::parameters() const { return state_->table; }
std::int64_t Transformer::flat_size() const { return state_->flat_count; }
std::int64_t Transformer::batch() const { return state_->batch; }
std::int64_t Transformer::context() const { return state_->context; }
std::size_t Transformer::arena_bytes() const { return state_->memory.bytes(); }

void Transformer::set_weights(std::span<const float> weights) {
  if (static_cast<std::int64_t>(weights.size()) != flat_size())
    throw Error(ExitStatus::bug, "expected " + std::to_string(flat_size()) + " weights, found " + std::to_string(weights.size()));
  state_->device.copy_in(device_weights(), weights.data(), weights.size_bytes());
  state_->refresh_copy();
}

std::vector<float> Transformer::weights() const { return state_->read_flat(state_->network->flat.weights); }
std::vector<float> Transformer::gradients() const { return state_->read_flat(state_->network->flat.gradients); }

void Transformer::zero_gradients() {
  state_->device.fill_zero(device_gradients(), static_cast<std::size_t>(flat_size()) * sizeof(float));
}

float* Transformer::device_weights() { return state_->network->flat.weights.f32(); }
float* Transformer::device_gradients() { return state_->network->flat.gradients.f32(); }
void* Transformer::weight_copy() { return state_->network->flat.copy.data; }
daybreak_dtype Transformer::copy_type() const { return state_->precision.activations(); }
void Transformer::weights_changed() { state_->refresh_copy(); }

void Transformer::forward_logits(std::span<const std::uint32_t> tokens) { state_->forward(tokens); }

Loss Transformer::loss(std::span<const std::uint32_t> targets) {
  state_->set_targets(targets);
  return state_->cross_entropy(0);
}

Loss Transformer::loss_and_backward(std::span<const std::uint32_t> targets, float gradient_scale) {
  state_->set_targets(targets);
  const Loss loss = state_->cross_entropy(gradient_scale);
  if (gradient_scale != 0) state_->backward();
  return loss;
}

Loss Transformer::forward(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets) {
  forward_logits(tokens);
  return loss(targets);
}

void Transformer::backward(float gradient_scale) {
  state_->cross_entropy(gradient_scale);
  if (gradient_scale != 0) state_->backward();
}

std::vector<float> Transformer::logits() { return state_->read_logits(0, state_->extent.rows()); }

std::vector<float> Transformer::logits_at(std::int64_t sequence, std::int64_t position) {
  const Extent& extent = state_->extent;
  if (sequence < 0 || sequence >= extent.sequences || position < 0 || position >= extent.context)
    throw Error(ExitStatus::bug, "there is no position " + std::to_string(position) + " of sequence " + std::to_string(sequence));
  return state_->read_logits(sequence * extent.context + position, 1);
}

}  // namespace daybreak::model
