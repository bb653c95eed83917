// Trains, or goes on training.
#include <csignal>

#include "libcore/base/error.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/evaluation.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/plan.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

using namespace training;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

std::string signal_name(int signal) {
  return signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : signal == SIGHUP ? "SIGHUP" : "SIGPIPE";
}

OptimizerOptions seeded(OptimizerOptions optimizer, std::uint64_t seed) {
  optimizer.seed = seed;
  return optimizer;
}

class Run : public frame::Verb {
 public:
  void declare(OptionSink& sink) override { options_.declare(sink); }
  void check() override { options_.check(); }
  frame::Outcome run(frame::Session& session) override;

 private:
  RunOptions options_;
};

/// The loop over steps, with what it needs around it.
class Loop {
 public:
  Loop(const RunOptions& options, frame::Session& session, RunInputs& inputs, Clock::time_point began)
      : options_(options),
        session_(session),
        began_(began),
        inputs_(inputs),
        folder_(inputs.folder),
        tokenizer_(inputs.beginning.tokenizer),
        trainer_(inputs.beginning.config, inputs.device, inputs.precision, seeded(options.optimizer, session.seed()),
                 options.batch, options.steps, inputs.memory.recompute),
        metrics_(session.records(options.metrics),
                 Throughput(inputs.beginning.config, options.batch.context, inputs.device, inputs.precision),
                 inputs.device.info().threads, trainer_.device_bytes()) {
    TrainingState& state = inputs.beginning.state;
    trainer_.restore(state);
    saved_step_ = inputs.beginning.resumed ? state.step : -1;
    skipped_ = state.skipped;
    // The weights and moments live on the device from here on.
    state.weights = state.first_moments = state.second_moments = state.compensation = {};
    folder_.begin();  // after everything that may be refused
  }

  frame::Outcome run();

 private:
  void begin_record();
  void steps();
  void one_step(BatchLoader& loader);
  bool out_of_time() const { return options_.max_time_s && seconds_since(began_) >= *options_.max_time_s; }
  bool finished() const { return trainer_.step_count() >= options_.steps; }
  void save();
  void validate();

  const RunOptions& options_;
  frame::Session& session_;
  Clock::time_point began_;
  const RunInputs& inputs_;
  RunDirectory& folder_;
  std::filesystem::path tokenizer_;  // the folder that the tokenizer's files come from
  Trainer trainer_;
  RunMetrics metrics_;
  std::int64_t saved_step_ = -1, validated_step_ = -1, skipped_ = 0;
};

void Loop::begin_record() {
  io::Json record = inputs_.record(options_);
  record["device_bytes"] = trainer_.device_bytes();
  metrics_.begin(std::move(record));
}

void Loop::save() {
  if (saved_step_ == trainer_.step_count()) return;
  const TrainingState state = trainer_.state();
  folder_.save(state.step, options_.keep, [&](const std::filesystem::path& version) {
    write_checkpoint(version, inputs_.beginning.config, state, inputs_.identity, tokenizer_);
  });
  saved_step_ = state.step;
  // The version that the tokenizer came from may be among those that do not stay.
  if (!tokenizer_.empty()) tokenizer_ = folder_.path() / version_name(state.step);
}

void Loop::validate() {
  if (!options_.validates() || validated_step_ == trainer_.step_count()) return;
  const Clock::time_point began = Clock::now();
  try {
    const model::Loss loss =
        evaluate(trainer_.model(), inputs_.validation_source(), inputs_.validation_range(), session_.stop());
    metrics_.validation(trainer_.step_count(), loss, seconds_since(began));
    validated_step_ = trainer_.step_count();
  } catch (const Interrupted&) {
    // The loop sees the signal next, and leaves a checkpoint.
    if (!session_.stop().requested()) throw;
  }
}

void Loop::one_step(BatchLoader& loader) {
  const StepClock clock(loader.stalled_s());
  const StepReport report = trainer_.step(loader.next());
  const StepTime time = clock.stop(loader.stalled_s());
  if (report.skipped) ++skipped_;
  metrics_.step(report, time, skipped_);
  session_.progress().advance(1);
}

void Loop::steps() {
  BatchLoader loader(inputs_.data, inputs_.parts.training, options_.batch, session_.seed(), trainer_.step_count() + 1,
                     options_.steps);
  session_.progress().begin("train", static_cast<std::uint64_t>(options_.steps - trainer_.step_count()), "steps");
  // At least one step, so that a job that is started again and again gets to its end.
  for (bool first = true; !finished() && !session_.stop().requested() && (first || !out_of_time()); first = false) {
    one_step(loader);
    const std::int64_t step = trainer_.step_count();
    if (options_.save_every > 0 && step % options_.save_every == 0) save();
    if (options_.eval_every > 0 && step % options_.eval_every == 0) validate();
  }
}

frame::Outcome Loop::run() {
  std::string stopped_by = "steps";
  try {
    begin_record();
    if (!finished()) steps();
    save();
    if (session_.stop().requested())
      stopped_by = signal_name(session_.stop().signal());
    else if (!finished())
      stopped_by = "max-time";
    else
      validate();
  } catch (const Interrupted&) {  // whoever read the records has gone
    save();
    throw;
  }
  io::Json extra;
  extra["emulated"] = emulated(inputs_.device, inputs_.precision);
  extra["checkpoint"] = (folder_.path() / version_name(trainer_.step_count())).string();
  extra["skipped"] = skipped_;
  metrics_.summary(trainer_.step_count(), stopped_by, extra);
  return stopped_by == "max-time" ? frame::Outcome::stopped_in_time : frame::Outcome::done;
}

frame::Outcome Run::run(frame::Session& session) {
  const Clock::time_point began = Clock::now();
  RunInputs inputs(options_, session);
  session.output_file((inputs.folder.path() / "latest").string());  // what --depfile names as the target
  if (!session.dry_run()) return Loop(options_, session, inputs, began).run();
  if (options_.metrics) session.output_file(*options_.metrics);
  emit_plan(options_, inputs, session);
  return frame::Outcome::done;
}

}  // namespace

std::unique_ptr<frame::Verb> make_run() {
  return std::make_unique<Run>();
}

}  // namespace daybreak::train_shard
