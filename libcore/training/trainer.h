#pragma once
// One model, its optimizer and its loss scale on one device, perhaps as a rank of a job: a step of training at a time.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/device/device.h"
#include "libcore/model/transformer.h"
#include "libcore/training/adamw.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/collectives/collectives.h"
#include "libcore/training/division.h"
#include "libcore/training/gradient_exchange.h"
#include "libcore/training/gradient_rows.h"
#include "libcore/training/gradient_stream.h"
#include "libcore/training/loss_scale.h"
#include "libcore/training/options.h"
#include "libcore/training/slowdown.h"
#include "libcore/training/state_layout.h"
#include "libcore/training/step_totals.h"

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
  /// The stretches of the flat array, in its order, that moments and compensation are of, one after the other; none: where
  /// there are moments, they are of all of it.
  std::vector<Range> parts = {};
};

/// All that a run needs to go on as if nothing had happened; of a rank of a job, all weights and its parts of the rest.
struct TrainingState : Progress {
  std::vector<float> weights, first_moments, second_moments, compensation;
  std::vector<Range> parts;  // as StateView has them
  StateView view() const { return {*this, weights, first_moments, second_moments, compensation, parts}; }
};

/// The job that a trainer is a rank of.
struct Job {
  Collectives& ranks;  // must outlive the trainer
  Division division;
  Slowdown slowdown = {};                       // of this rank
  std::int64_t bucket = StateLayout::kBucket;  // of StateLayout
  /// Gradients are exchanged while the last backward pass of a step still computes, where they are not added in a fixed
  /// order; the results are the same bits. It hides what the ranks wait for each other's messages; on one host whose cores
  /// are all busy there is nothing to hide, and it takes as long as without (two ranks of one thread, gpt2-124m: within 1 %).
  /// A device that can record a pass does not do so, for it would have to compute the last one without its recording.
  bool overlap = true;
  std::shared_ptr<DeviceGroup> group = {};  // devices that sum among themselves, in an order of their own; or none
};

/// What a step did, on all ranks together: the same on each of them, but for its time.
struct StepReport {
  std::int64_t step = 0;
  double loss = 0;  // mean over the tokens of the step, in nats
  double learning_rate = 0;
  double gradient_norm = 0;  // before clipping
  std::uint64_t tokens = 0;
  double loss_scale = 1;  // that the step was computed with
  bool skipped = false;   // its gradients were not finite, and the weights are as before
  double computed_s = 0;  // that this rank took for its micro-batches
};

class Trainer {
 public:
  /// steps: of the whole run, for the schedule. Fresh moments; weights are set by restore(). The device must outlive this.
  /// job: none for a job of one. All ranks have the same options and as many parameters; devices and formats may differ.
  Trainer(const model::Config& config, device::Device& device, const model::Precision& precision, const OptimizerOptions& optimizer,
          const BatchOptions& batch, std::int64_t steps, model::Recompute recompute = model::Recompute::none,
          const std::optional<Job>& job = {});

  /// Starts from these weights, or goes on from an earlier run's state: all of it, or this rank's parts (empty moments and
  /// compensation are zero).
  void restore(const TrainingState& state);
  TrainingState state() const;
  /// True where all of the state is float32 in memory of the host: the device is a processor, and nothing is kept narrower.
  bool has_host_view() const;
  /// The state where it lies; good until the next step. Only with has_host_view().
  StateView host_view();
  std::int64_t step_count() const { return step_; }

  /// Learns from the batch of the next step, of which this rank gets its micro-batches alone, perhaps none; a job of one may
  /// get a batch of another size than its options say. The sum of losses of all micro-batches is divided once, by the tokens
  /// of the whole step. All ranks call it. Errors: Error (negative where the run has diverged, with the same words on all
  /// ranks; data for a token outside the vocabulary; those of Collectives).
  StepReport step(const Batch& batch);
  /// From the next step on the ranks take other numbers of micro-batches, which have the same sum.
  void divide(std::vector<std::int64_t> micro_batches);
  /// What is called in each step before weights and moments change.
  void before_update(std::function<void()> call) { before_update_ = std::move(call); }

  model::Transformer& model() { return model_; }
  /// What model, optimizer and sums of micro-batches take on the device.
  std::size_t device_bytes() const;

 private:
  Progress progress() const;
  /// The tokens of all ranks in the step. Throws Error (bug) where the batch is not this rank's share of them.
  std::uint64_t tokens_of(const Batch& batch) const;
  /// The place of this rank's micro-batches in the step.
  Range leaves_of(const Batch& batch) const;
  float gradient_scale(std::uint64_t tokens) const;
  /// Calls take(inputs, targets) for each micro-batch.
  template <typename Take>
  void for_each_part(const Batch& batch, const Take& take) const;
  /// This rank's micro-batches.
  void accumulate(const Batch& batch, std::uint64_t tokens);
  /// What they give becomes the gradient of the whole step: all of it, or this rank's parts.
  void sum_gradients();
  void begin_stream();
  /// How many rows each rank has where they are not added in a fixed order.
  std::vector<std::int64_t> counts_of_rows() const;
  /// The same in the order of a fixed tree; all of it, on all ranks.
  void sum_nodes();
  GradientSquares gather_totals();
  void update(const StepReport& report);
  /// Computes the step once more, whose loss or gradients are not finite.
  Error diverged_in(const Batch& batch, std::uint64_t tokens);

  device::Device& device_;
  Collectives& ranks_;
  OptimizerOptions optimizer_;
  Division division_;
  Slowdown slowdown_;
  std::int64_t steps_, step_ = 0;
  std::uint64_t tokens_ = 0;
  model::Transformer model_;
  StateLayout layout_;
  AdamW adamw_;
  GradientExchange exchange_;
  std::optional<GradientRows> rows_;  // where sums have a fixed order
  StepTotals totals_;
  LossScale scale_;
  bool overlaps_;
  std::function<void()> before_update_ = [] {};
  std::optional<GradientStream> stream_;  // of the step's last micro-batch; last: its thread uses what stands before it
};

/// True where some product of the model is computed in float16, whose gradients need a loss scale.
bool needs_loss_scale(const model::Precision& precision);

}  // namespace daybreak::training
