#include "libcore/training/mlp_trainer.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/training/divergence.h"
#include "libcore/training/schedule.h"

namespace daybreak::training {
namespace {

/// Rows of outputs [rows, a number a class] whose largest is their class.
std::uint64_t count_right(std::span<const float> outputs, std::span<const std::uint32_t> classes) {
  const std::size_t width = outputs.size() / classes.size();
  std::uint64_t right = 0;
  for (std::size_t place = 0; place < classes.size(); ++place) {
    const auto row = outputs.subspan(place * width, width);
    right += std::max_element(row.begin(), row.end()) - row.begin() == static_cast<std::ptrdiff_t>(classes[place]);
  }
  return right;
}

}  // namespace

MlpTrainer::MlpTrainer(const model::MlpConfig& config, device::Device& device, daybreak_dtype compute,
                       const OptimizerOptions& optimizer, std::int64_t batch, std::int64_t steps)
    : device_(device),
      optimizer_(optimizer),
      steps_(steps),
      model_(config, device, compute, batch),
      adamw_(device, model_.parameters(), optimizer) {}

void MlpTrainer::restore(const TrainingState& state) {
  progress_ = state;
  model_.set_weights(state.weights);
  if (!state.first_moments.empty()) adamw_.restore(state.first_moments, state.second_moments);
}

TrainingState MlpTrainer::state() const {
  return {progress_, model_.weights(), adamw_.first_moments(), adamw_.second_moments(), adamw_.compensation(), adamw_.parts()};
}

StateView MlpTrainer::host_view() {
  return {progress_,
          {model_.device_weights(), static_cast<std::size_t>(model_.flat_size())},
          adamw_.device_first_moments(),
          adamw_.device_second_moments(),
          {}};
}

StepReport MlpTrainer::step(const RowBatch& batch) {
  StepReport report;
  report.step = progress_.step + 1;
  report.tokens = batch.inputs.size() / static_cast<std::size_t>(model_.config().inputs);
  report.learning_rate = learning_rate_at(optimizer_, report.step, steps_);
  model_.zero_gradients();
  const auto samples = static_cast<double>(report.tokens);
  model_.forward(batch.inputs);
  report.loss = model_.loss(batch.targets(), static_cast<float>(1 / samples)) / samples;
  const GradientNorm gradient = gradient_norm(device_, model_.device_gradients(), model_.flat_size(), 1);
  report.gradient_norm = gradient.norm;
  if (!gradient.finite || !std::isfinite(report.loss))
    throw diverged(report.step,
                   model_.first_not_finite(batch.inputs, batch.targets(), static_cast<float>(1 / samples)));
  before_update_();
  adamw_.step({model_.device_weights(), model_.device_gradients(), nullptr, DAYBREAK_F32, report.learning_rate,
               clip_factor(gradient.norm, optimizer_.clip), report.step});
  device_.synchronize();
  ++progress_.step;
  progress_.tokens += report.tokens;
  return report;
}

MlpScore evaluate(model::Mlp& model, const RowReader& reader, const RowSplit& split, const StopToken& stop) {
  MlpScore score;
  double loss = 0;
  std::uint64_t right = 0;
  for (std::uint64_t first = 0; first < split.held_out(); first += static_cast<std::uint64_t>(model.rows())) {
    stop.check();
    const auto count =
        static_cast<std::int64_t>(std::min(static_cast<std::uint64_t>(model.rows()), split.held_out() - first));
    RowBatch batch = reader.empty_batch(count);
    for (std::int64_t place = 0; place < count; ++place)
      reader.read(split.held_out_row(first + static_cast<std::uint64_t>(place)), batch, place);
    model.forward(batch.inputs);
    if (model.config().task == model::MlpTask::classes) right += count_right(model.outputs(), batch.classes);
    loss += model.loss(batch.targets(), 0);
    score.samples += static_cast<std::uint64_t>(count);
  }
  score.loss = loss / static_cast<double>(score.samples);
  score.accuracy = static_cast<double>(right) / static_cast<double>(score.samples);
  return score;
}

}  // namespace daybreak::training
