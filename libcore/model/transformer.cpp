#include "libcore/model/transformer.h"

#include "libcore/base/error.h"
#include "libcore/device/values.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {

Transformer::Transformer(const Config& config, device::Device& device, const Precision& precision, std::int64_t batch,
                         std::int64_t context, const MemoryOptions& options)
    : state_(std::make_unique<State>(config, device, precision, batch, context, options)) {}

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
  device::write_values(state_->device, weights, device_weights(), weight_type());
  weights_changed();
}

std::vector<float> Transformer::weights() const { return state_->read_flat(state_->network->flat.weights); }
std::vector<float> Transformer::gradients() const { return state_->read_flat(state_->gradients()); }
void Transformer::zero_gradients() { state_->forget_gradients(); }

void* Transformer::device_weights() { return state_->network->flat.weights.data; }
daybreak_dtype Transformer::weight_type() const { return state_->network->flat.weights.type; }
float* Transformer::device_gradients() { return state_->gradients().f32(); }
float* Transformer::gradient_memory() { return state_->network->flat.gradients.f32(); }
void* Transformer::weight_copy() { return state_->network->flat.copy.data; }
daybreak_dtype Transformer::copy_type() const { return state_->network->flat.copy.type; }
void Transformer::weights_changed() { weights_changed(0, flat_size()); }
void Transformer::weights_changed(std::int64_t begin, std::int64_t end) { state_->refresh_copy(begin, end); }

void Transformer::forward_logits(std::span<const std::uint32_t> tokens) { state_->forward(tokens); }

Loss Transformer::loss(std::span<const std::uint32_t> targets) {
  state_->set_targets(targets);
  return state_->loss();
}

Loss Transformer::loss_and_backward(std::span<const std::uint32_t> targets, float gradient_scale) {
  state_->set_targets(targets);
  return state_->loss_and_backward(gradient_scale);
}

Loss Transformer::train(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets, float gradient_scale,
                        const GradientsDone& done) {
  return state_->train(tokens, targets, gradient_scale, done);
}

Loss Transformer::forward(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets) {
  forward_logits(tokens);
  return loss(targets);
}

void Transformer::backward(float gradient_scale) { state_->loss_and_backward(gradient_scale); }
void Transformer::backward_from(std::span<const float> logit_gradients) { state_->backward_from(logit_gradients); }

std::optional<std::string> Transformer::first_not_finite(std::span<const std::uint32_t> tokens,
                                                         std::span<const std::uint32_t> targets,
                                                         float gradient_scale) {
  return state_->first_not_finite(tokens, targets, gradient_scale);
}

std::vector<float> Transformer::logits() { return state_->read_logits(0, state_->extent.rows()); }

std::vector<float> Transformer::logits_at(std::int64_t sequence, std::int64_t position) {
  const Extent& extent = state_->extent;
  if (sequence < 0 || sequence >= extent.sequences || position < 0 || position >= extent.context)
    throw Error(ExitStatus::bug, "there is no position " + std::to_string(position) + " of sequence " + std::to_string(sequence));
  return state_->read_logits(sequence * extent.context + position, 1);
}

}  // namespace daybreak::model
