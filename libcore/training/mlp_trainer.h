#pragma once
// A perceptron and its optimizer on one device: a step of training at a time.
#include <cstdint>
#include <functional>
#include <utility>

#include "libcore/base/stop.h"
#include "libcore/model/mlp.h"
#include "libcore/training/adamw.h"
#include "libcore/training/row_loader.h"
#include "libcore/training/trainer.h"

namespace daybreak::training {

class MlpTrainer {
 public:
  /// steps: of the whole run, for the schedule. compute: float32 or bfloat16. The device must outlive this.
  MlpTrainer(const model::MlpConfig& config, device::Device& device, daybreak_dtype compute,
             const OptimizerOptions& optimizer, std::int64_t batch, std::int64_t steps);

  /// Starts from these weights, or goes on from an earlier run's state (empty moments are zero).
  void restore(const TrainingState& state);
  TrainingState state() const;
  /// As those of Trainer.
  bool has_host_view() const { return device_.in_host_memory() && adamw_.is_wide(); }
  StateView host_view();
  std::int64_t step_count() const { return progress_.step; }

  /// Learns from the batch of the next step; `tokens` of the report are its samples. Error (negative) where the
  /// gradients are not finite: the run has diverged.
  StepReport step(const RowBatch& batch);
  /// As Trainer::before_update().
  void before_update(std::function<void()> call) { before_update_ = std::move(call); }

  model::Mlp& model() { return model_; }
  std::size_t device_bytes() const { return model_.device_bytes() + adamw_.bytes(); }

 private:
  device::Device& device_;
  OptimizerOptions optimizer_;
  std::int64_t steps_;
  Progress progress_;
  model::Mlp model_;
  AdamW adamw_;
  std::function<void()> before_update_ = [] {};
};

/// How a perceptron does on samples that it has not seen.
struct MlpScore {
  std::uint64_t samples = 0;
  double loss = 0;      // mean cross-entropy in nats, or mean squared error over the variance of the training samples
  double accuracy = 0;  // of classes: share of samples whose class is the likeliest
};
/// Over all rows that are held out. Throws Interrupted on request.
MlpScore evaluate(model::Mlp& model, const RowReader& reader, const RowSplit& split, const StopToken& stop);

}  // namespace daybreak::training
