// Training a transformer on the token stream of a dataset.
#include <memory>
#include <optional>

#include "libcore/model/parameters.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/evaluation.h"
#include "libcore/training/state_copy.h"
#include "tools/train-shard/plan.h"
#include "tools/train-shard/run_inputs.h"
#include "tools/train-shard/task.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

OptimizerOptions seeded(OptimizerOptions optimizer, std::uint64_t seed) {
  optimizer.seed = seed;
  return optimizer;
}

class TokenTask : public Task {
 public:
  TokenTask(const RunOptions& options, frame::Session& session)
      : options_(options),
        seed_(session.seed()),
        threads_(session.threads()),
        inputs_(options, session),
        tokenizer_(inputs_.beginning.tokenizer) {}

  RunDirectory& folder() override { return inputs_.folder; }
  device::Device& device() override { return inputs_.device; }
  io::Json record() override {
    io::Json record = inputs_.record(options_);
    record["device_bytes"] = trainer_->device_bytes();
    return record;
  }
  void emit_plan(frame::Session& session) override { train_shard::emit_plan(options_, inputs_, session); }

  void begin() override {
    trainer_.emplace(inputs_.beginning.config, inputs_.device, inputs_.precision, seeded(options_.optimizer, seed_),
                     options_.batch, options_.steps, inputs_.memory.recompute);
    TrainingState& state = inputs_.beginning.state;
    if (state.weights.empty()) state.weights = model::initial_weights(inputs_.beginning.config, seed_);
    trainer_->restore(state);
    // The weights and moments live on the device from here on.
    state.weights = state.first_moments = state.second_moments = state.compensation = {};
    if (options_.saves_early() && trainer_->has_host_view())
      copy_ = std::make_shared<StateCopy>(trainer_->host_view(), threads_);
  }
  Throughput throughput() override {
    return {model::training_flops_per_token(inputs_.beginning.config, options_.batch.context), inputs_.device,
            inputs_.precision.otherwise().fprop};
  }
  std::size_t device_bytes() override { return trainer_->device_bytes(); }
  bool resumed() const override { return inputs_.beginning.resumed; }
  bool emulated() const override { return train_shard::emulated(inputs_.device, inputs_.precision); }
  std::int64_t step_count() override { return trainer_->step_count(); }
  std::int64_t skipped_before() const override { return inputs_.beginning.state.skipped; }

  const ReadAhead& begin_reading() override {
    loader_.emplace(inputs_.data, inputs_.parts.training, options_.batch, seed_, trainer_->step_count() + 1,
                    options_.steps, options_.reading);
    return loader_->reading();
  }
  StepReport step() override { return trainer_->step(loader_->next()); }
  Validation validate(const StopToken& stop) override {
    const model::Loss loss = evaluate(trainer_->model(), inputs_.validation_source(), inputs_.validation_range(), stop);
    return {loss.mean(), loss.tokens, std::nullopt};
  }

  void before_update(std::function<void()> call) override { trainer_->before_update(std::move(call)); }

  CheckpointSaver::Write writer() override {
    if (trainer_->has_host_view())
      return written(std::make_shared<StateInPlace>(StateInPlace{trainer_->host_view()}));
    return written(std::make_shared<TrainingState>(trainer_->state()));
  }
  CheckpointSaver::Take copier() override {
    if (!copy_) return [write = writer()] { return write; };
    return [this, state = trainer_->host_view()] {
      copy_->take(state);
      return written(copy_);
    };
  }
  /// The version that the tokenizer came from may be among those that do not stay.
  void saved(const std::filesystem::path& version) override {
    if (!tokenizer_.empty()) tokenizer_ = version;
  }

 private:
  /// What writes a state that is kept as long as it is needed.
  template <typename State>
  CheckpointSaver::Write written(std::shared_ptr<State> state) const {
    return [this, state, tokenizer = tokenizer_](const std::filesystem::path& version) {
      write_checkpoint(version, {inputs_.beginning.config, state->view(), inputs_.identity, tokenizer});
    };
  }

  const RunOptions& options_;
  std::uint64_t seed_;
  std::int64_t threads_;
  RunInputs inputs_;
  std::filesystem::path tokenizer_;  // the folder that the tokenizer's files come from
  std::optional<Trainer> trainer_;
  std::shared_ptr<StateCopy> copy_;  // where the run saves before its end
  std::optional<BatchLoader> loader_;
};

}  // namespace

std::unique_ptr<Task> make_token_task(const RunOptions& options, frame::Session& session) {
  return std::make_unique<TokenTask>(options, session);
}

}  // namespace daybreak::train_shard
