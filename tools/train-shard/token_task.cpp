// Training a transformer on the token stream of a dataset.
#include <unistd.h>

#include <array>
#include <memory>
#include <numeric>
#include <optional>

#include "libcore/model/parameters.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/calibration.h"
#include "libcore/training/replan.h"
#include "tools/train-shard/plan.h"
#include "tools/train-shard/run_inputs.h"
#include "tools/train-shard/trainer_task.h"
#include "tools/train-shard/validation.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

OptimizerOptions seeded(OptimizerOptions optimizer, std::uint64_t seed) {
  optimizer.seed = seed;
  return optimizer;
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

class TokenTask : public TrainerTask<RunInputs, Trainer, BatchLoader> {
 public:
  explicit TokenTask(const TaskParts& parts) : TrainerTask(parts), tokenizer_(inputs_.beginning.tokenizer()) {
    if (ranks_.size() == 1 || !options_.shares.automatic()) division_ = options_.division(ranks_.size());
  }

  void compare_ranks() override { ranks_.require_same(inputs_.of_all_ranks()); }
  void emit_plan(frame::Session& session) override {
    train_shard::emit_plan(options_, inputs_, ranks_.gathered(rank_record()), session);
  }
  Throughput throughput() override {
    std::optional<Throughput> of_job;
    ranks_.together([&] {
      device::Peaks peaks(inputs_.device);
      of_job.emplace(model::training_flops_by_format(inputs_.beginning.config, options_.batch.context, inputs_.precision), peaks);
    });
    of_job->add_up(ranks_.collectives());
    return *of_job;
  }
  bool emulated() const override { return train_shard::emulated(inputs_.device, inputs_.precision); }
  Validation validate(const StopToken& stop) override {
    const model::Loss loss = validate_together(trainer().model(), {inputs_.validation_source(), inputs_.validation_range()},
                                               division_->micro_batches, ranks_, stop);
    return {loss.mean(), loss.tokens, std::nullopt};
  }
  std::optional<std::vector<std::int64_t>> divide_anew(std::span<const double> computed_s) override {
    if (!replanner_) return std::nullopt;
    std::optional<std::vector<std::int64_t>> shares = replanner_->after_step(computed_s);
    if (!shares) return std::nullopt;
    trainer().divide(*shares);
    division_->micro_batches = *shares;
    begin_reading();
    return shares;
  }
  /// The version that the tokenizer came from may be among those that do not stay.
  void saved(const std::filesystem::path& version) override {
    if (!tokenizer_.empty()) tokenizer_ = version;
  }

 private:
  /// By what the ranks are found to be capable of, unless it is known.
  void divide() override {
    if (!division_) measure();
    if (ranks_.size() > 1 && !options_.batch.exact())
      group_ = join_device_group(ranks_.collectives(), inputs_.device, options_.patience_s);
    if (!inputs_.has_state(ranks_))
      ranks_.together([&] {
        const std::int64_t flat = model::flat_size(model::parameter_table(inputs_.beginning.config));
        inputs_.read_state(StateLayout(flat, division_->state).ranges_of(ranks_.rank()));
      });
  }
  void measure() {
    // Of a run that goes on, each rank reads its state once this has said which.
    std::vector<float> drawn;
    if (inputs_.has_state(ranks_)) make_weights();
    else drawn = model::initial_weights(inputs_.beginning.config, seed_);
    const OptimizerOptions optimizer = seeded(options_.optimizer, seed_);
    const TrainingMemory& memory = inputs_.memory;
    std::vector<RankPace> paces = measured_paces({.config = inputs_.beginning.config,
                                                  .device = inputs_.device,
                                                  .precision = inputs_.precision,
                                                  .optimizer = optimizer,
                                                  .batch = options_.batch,
                                                  .recompute = memory.recompute,
                                                  .weights = drawn.empty() ? inputs_.beginning.state.weights : drawn,
                                                  .slowdown = options_.slowdown.at(inputs_.beginning.state.step + 1),
                                                  .state_room_bytes = memory.state_room()},
                                                 ranks_.collectives());
    division_ = best_division(paces, options_.batch.batch / options_.batch.at_once(),
                              AdamW::bytes_for(model::parameter_table(inputs_.beginning.config), optimizer.storage));
    replanner_.emplace(std::move(paces), division_->micro_batches);
  }
  void make_weights() {
    std::vector<float>& weights = inputs_.beginning.state.weights;
    if (weights.empty()) weights = model::initial_weights(inputs_.beginning.config, seed_);
  }

  io::Json rank_record() const {
    io::Json record;
    record["rank"] = ranks_.rank();
    record["device"] = inputs_.device.name();
    record["host"] = host_name();
    record["threads"] = inputs_.device.info().threads;
    if (!division_) return record;
    const auto rank = static_cast<std::size_t>(ranks_.rank());
    const double state = std::accumulate(division_->state.begin(), division_->state.end(), 0.0);
    record["micro_batches"] = division_->micro_batches[rank];
    record["state_share"] = division_->state[rank] / state;
    return record;
  }
  io::Json beginning_record() override {
    io::Json record = inputs_.record(options_);
    record["ranks"] = ranks_.gathered(rank_record());
    record["micro_batch"] = options_.batch.at_once();
    record["reduce"] = options_.batch.reduce;
    record["collectives"] = ranks_.collectives().description() + (group_ && !group_->empty() ? "; " + group_->description() : "");
    return record;
  }
  void make_trainer(std::optional<Trainer>& trainer) override {
    trainer.emplace(inputs_.beginning.config, inputs_.device, inputs_.precision, seeded(options_.optimizer, seed_),
                    options_.batch, options_.steps, inputs_.memory.recompute,
                    training::Job{.ranks = ranks_.collectives(), .division = *division_, .slowdown = options_.slowdown, .group = group_});
    make_weights();
  }
  void make_loader(std::optional<BatchLoader>& loader, std::int64_t first_step) override {
    const Range mine = division_->micro_batches_of(ranks_.rank());
    const std::int64_t sequences = options_.batch.at_once();
    loader.emplace(inputs_.data, inputs_.parts.training, options_.batch, seed_, first_step, options_.steps,
                   options_.reading, Range{mine.begin * sequences, mine.end * sequences});
  }
  void write(const std::filesystem::path& version, const StateView& state) const override {
    write_checkpoint_part(version, {inputs_.beginning.config, state, inputs_.identity, tokenizer_},
                          {ranks_.rank(), ranks_.size()}, ranks_.part_patience());
  }

  std::filesystem::path tokenizer_;  // the folder that the tokenizer's files come from
  std::optional<Division> division_;  // once it is known
  std::shared_ptr<DeviceGroup> group_;  // once the division is known
  std::optional<Replanner> replanner_;  // where shares follow the ranks' paces
};

}  // namespace

std::unique_ptr<Task> make_token_task(const TaskParts& parts) {
  return std::make_unique<TokenTask>(parts);
}

}  // namespace daybreak::train_shard
