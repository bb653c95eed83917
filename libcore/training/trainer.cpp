#include "libcore/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "libcore/training/divergence.h"
#include "libcore/training/schedule.h"

namespace daybreak::training {

bool needs_loss_scale(const model::Precision& precision) {
  const auto narrow = [](const model::GemmPrecision& one) {
    return one.fprop == DAYBREAK_F16 || one.dgrad == DAYBREAK_F16 || one.wgrad == DAYBREAK_F16;
  };
  return precision.activations() == DAYBREAK_F16 || narrow(precision.otherwise()) ||
         std::any_of(precision.modules().begin(), precision.modules().end(),
                     [&](const auto& entry) { return narrow(entry.second); });
}

Trainer::Trainer(const model::Config& config, device::Device& device, const model::Precision& precision,
                 const OptimizerOptions& optimizer, const BatchOptions& batch, std::int64_t steps,
                 model::Recompute recompute)
    : device_(device),
      optimizer_(optimizer),
      steps_(steps),
      model_(config, device, precision, batch.at_once(), batch.context,
             {.recompute = recompute, .master_weights = optimizer.storage.master_weights()}),
      adamw_(device, model_.parameters(), optimizer),
      scale_(needs_loss_scale(precision)) {}

void Trainer::restore(const TrainingState& state) {
  step_ = state.step;
  tokens_ = state.tokens;
  if (state.step > 0) scale_.restore(state.loss_scale, state.clean_steps, state.skipped);
  model_.set_weights(state.weights);
  if (!state.first_moments.empty()) adamw_.restore(state.first_moments, state.second_moments, state.compensation);
}

Progress Trainer::progress() const {
  return {step_, tokens_, scale_.value(), scale_.clean_steps(), scale_.skipped()};
}

TrainingState Trainer::state() const {
  return {progress(), model_.weights(), adamw_.first_moments(), adamw_.second_moments(), adamw_.compensation()};
}

bool Trainer::has_host_view() const {
  return device_.in_host_memory() && model_.weight_type() == DAYBREAK_F32 && adamw_.is_wide();
}

StateView Trainer::host_view() {
  const auto count = static_cast<std::size_t>(model_.flat_size());
  return {progress(), {static_cast<const float*>(model_.device_weights()), count}, adamw_.device_first_moments(),
          adamw_.device_second_moments(), {}};
}

float Trainer::gradient_scale(std::uint64_t tokens) const {
  return static_cast<float>(scale_.value() / static_cast<double>(tokens));
}

template <typename Take>
void Trainer::for_each_part(const Batch& batch, const Take& take) const {
  const auto part = static_cast<std::size_t>(model_.batch() * model_.context());
  const std::span<const std::uint32_t> inputs(batch.tokens), targets(batch.targets);
  for (std::size_t first = 0; first < inputs.size(); first += part) {
    const std::size_t count = std::min(part, inputs.size() - first);
    take(inputs.subspan(first, count), targets.subspan(first, count));
  }
}

double Trainer::accumulate(const Batch& batch, std::uint64_t tokens) {
  model_.zero_gradients();
  double sum = 0;
  for_each_part(batch, [&](std::span<const std::uint32_t> inputs, std::span<const std::uint32_t> targets) {
    sum += model_.train(inputs, targets, gradient_scale(tokens)).sum;
  });
  return sum;
}

Error Trainer::diverged_in(const Batch& batch, std::uint64_t tokens) {
  model_.zero_gradients();
  std::optional<std::string> first_bad;
  for_each_part(batch, [&](std::span<const std::uint32_t> inputs, std::span<const std::uint32_t> targets) {
    if (!first_bad) first_bad = model_.first_not_finite(inputs, targets, gradient_scale(tokens));
  });
  return diverged(step_ + 1, first_bad);
}

StepReport Trainer::step(const Batch& batch) {
  StepReport report;
  report.step = step_ + 1;
  report.tokens = batch.targets.size();
  report.loss_scale = scale_.value();
  report.learning_rate = learning_rate_at(optimizer_, report.step, steps_);
  report.loss = accumulate(batch, report.tokens) / static_cast<double>(report.tokens);
  const GradientNorm gradient =
      gradient_norm(device_, model_.device_gradients(), model_.flat_size(), 1 / report.loss_scale);
  report.gradient_norm = gradient.norm;
  const bool finite = gradient.finite && std::isfinite(report.loss);
  if (!finite && scale_.exhausted()) throw diverged_in(batch, report.tokens);
  report.skipped = !scale_.update(finite);
  before_update_();
  if (!report.skipped)
    // Skipped steps moved no weights, so the moments' bias correction does not count them.
    adamw_.step({model_.device_weights(), model_.device_gradients(), model_.weight_copy(), model_.copy_type(),
                 report.learning_rate, clip_factor(gradient.norm, optimizer_.clip) / report.loss_scale,
                 report.step - scale_.skipped(), model_.weight_type()});
  device_.synchronize();
  ++step_;
  tokens_ += report.tokens;
  return report;
}

}  // namespace daybreak::training
