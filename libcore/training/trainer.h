#pragma once
// One model, its optimizer and its loss scale on one device: a step of training at a time.
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/device/device.h"
#include "libcore/model/transformer.h"
#include "libcore/training/adamw.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/loss_scale.h"
#include "libcore/training/options.h"

namespace daybreak::training {

/// How far a run is. The order of the data follows from the step and the seed.
struct Progress {
  std::int64_t step = 0;  // steps that are done
  std::uint64_t tokens = 0;
  double loss_scale = 1;
  std::int64_t clean_steps = 0;  // since the loss scale last changed
  std::int64_t skipped = 0;
};

/// A run's state where it lies; flat, as the model's parameter table says.
struct StateView {
  Progress progress;
  std::span<const float> weights, first_moments, second_moments;
  std::span<const float> compensation;  // of weights of 16 bits; empty without
};

/// All that a run needs to go on as if nothing had happened.
struct TrainingState : Progress {
  std::vector<float> weights, first_moments, second_moments, compensation;
  StateView view() const { return {*this, weights, first_moments, second_moments, compensation}; }
};

/// What a step did.
struct StepReport {
  std::int64_t step = 0;
  double loss = 0;  // mean over the tokens of the step, in nats
  double learning_rate = 0;
  double gradient_norm = 0;  // before clipping
  std::uint64_t tokens = 0;
  double loss_scale = 1;  // that the step was computed with
  bool skipped = false;   // its gradients were not finite, and the weights are as before
};

class Trainer {
 public:
  /// steps: of the whole run, for the schedule. Fresh moments; weights are set by restore(). The device must outlive this.
  Trainer(const model::Config& config, device::Device& device, const model::Precision& precision, const OptimizerOptions& optimizer,
          const BatchOptions& batch, std::int64_t steps, model::Recompute recompute = model::Recompute::none);

  /// Starts from these weights, or goes on from an earlier run's state (empty moments and compensation are zero).
  void restore(const TrainingState& state);
  TrainingState state() const;
  /// True where all of the state is float32 in memory of the host: the device is a processor, and nothing is kept narrower.
  bool has_host_view() const;
  /// The state where it lies; good until the next step. Only with has_host_view().
  StateView host_view();
  std::int64_t step_count() const { return step_; }

  /// Learns from the batch of the next step. The sum of losses of all micro-batches is divided once, by the tokens of the
  /// whole step. Errors: Error (negative where the run has diverged, data for a token outside the vocabulary).
  StepReport step(const Batch& batch);
  /// What is called in each step before weights and moments change.
  void before_update(std::function<void()> call) { before_update_ = std::move(call); }

  model::Transformer& model() { return model_; }
  /// What model and optimizer take on the device.
  std::size_t device_bytes() const { return model_.arena_bytes() + adamw_.bytes(); }

 private:
  Progress progress() const;
  float gradient_scale(std::uint64_t tokens) const;
  /// Calls take(inputs, targets) for each micro-batch.
  template <typename Take>
  void for_each_part(const Batch& batch, const Take& take) const;
  double accumulate(const Batch& batch, std::uint64_t tokens);
  /// Computes the step once more, whose loss or gradients are not finite.
  Error diverged_in(const Batch& batch, std::uint64_t tokens);

  device::Device& device_;
  OptimizerOptions optimizer_;
  std::int64_t steps_, step_ = 0;
  std::uint64_t tokens_ = 0;
  model::Transformer model_;
  AdamW adamw_;
  LossScale scale_;
  std::function<void()> before_update_ = [] {};
};

/// True where some product of the model is computed in float16, whose gradients need a loss scale.
bool needs_loss_scale(const model::Precision& precision);

}  // namespace daybreak::training
