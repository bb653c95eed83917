// Training a transformer on the token stream of a dataset.
#include <memory>
#include <optional>

#include "libcore/model/parameters.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/evaluation.h"
#include "tools/train-shard/plan.h"
#include "tools/train-shard/run_inputs.h"
#include "tools/train-shard/trainer_task.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

OptimizerOptions seeded(OptimizerOptions optimizer, std::uint64_t seed) {
  optimizer.seed = seed;
  return optimizer;
}

class TokenTask : public TrainerTask<RunInputs, Trainer, BatchLoader> {
 public:
  TokenTask(const RunOptions& options, frame::Session& session)
      : TrainerTask(options, session), tokenizer_(inputs_.beginning.tokenizer()) {}

  void emit_plan(frame::Session& session) override { train_shard::emit_plan(options_, inputs_, session); }
  Throughput throughput() override {
    device::Peaks peaks(inputs_.device);
    return {model::training_flops_by_format(inputs_.beginning.config, options_.batch.context, inputs_.precision), peaks};
  }
  bool emulated() const override { return train_shard::emulated(inputs_.device, inputs_.precision); }
  Validation validate(const StopToken& stop) override {
    const model::Loss loss = evaluate(model(), inputs_.validation_source(), inputs_.validation_range(), stop);
    return {loss.mean(), loss.tokens, std::nullopt};
  }
  /// The version that the tokenizer came from may be among those that do not stay.
  void saved(const std::filesystem::path& version) override {
    if (!tokenizer_.empty()) tokenizer_ = version;
  }

 private:
  io::Json beginning_record() const override { return inputs_.record(options_); }
  void make_trainer(std::optional<Trainer>& trainer) override {
    trainer.emplace(inputs_.beginning.config, inputs_.device, inputs_.precision, seeded(options_.optimizer, seed_),
                    options_.batch, options_.steps, inputs_.memory.recompute);
    TrainingState& state = inputs_.beginning.state;
    if (state.weights.empty()) state.weights = model::initial_weights(inputs_.beginning.config, seed_);
  }
  void make_loader(std::optional<BatchLoader>& loader, std::int64_t first_step) override {
    loader.emplace(inputs_.data, inputs_.parts.training, options_.batch, seed_, first_step, options_.steps,
                   options_.reading);
  }
  void write(const std::filesystem::path& version, const StateView& state) const override {
    write_checkpoint(version, {inputs_.beginning.config, state, inputs_.identity, tokenizer_});
  }

  std::filesystem::path tokenizer_;  // the folder that the tokenizer's files come from
};

}  // namespace

std::unique_ptr<Task> make_token_task(const RunOptions& options, frame::Session& session) {
  return std::make_unique<TokenTask>(options, session);
}

}  // namespace daybreak::train_shard
