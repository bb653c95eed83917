// Trains, or goes on training.
#include <csignal>

#include "libcore/base/error.h"
#include "libcore/training/batch_loader.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/evaluation.h"
#include "libcore/training/run_directory.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/run_options.h"
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

/// Where a run begins: fresh weights, a model's, or an earlier checkpoint.
struct Beginning {
  model::Config config;
  TrainingState state;
  std::filesystem::path tokenizer;
  io::Json changes = io::Json::object();
  bool resumed = false;
};

class Run : public frame::Verb {
 public:
  void declare(OptionSink& sink) override { options_.declare(sink); }
  void check() override { options_.check(); }
  frame::Outcome run(frame::Session& session) override;

 private:
  RunOptions options_;
};

Beginning resumed(const RunOptions& options, const std::filesystem::path& version, const io::Json& identity) {
  Checkpoint checkpoint = read_checkpoint(version);
  if (options.model.given() && !(options.model.config() == checkpoint.config))
    throw usage_error("--resume: the model of " + version.string() + " differs from the one that is named", "leave out --model and --init");
  io::Json changes = changes_since(checkpoint.identity, identity, version.string());
  return {checkpoint.config, std::move(checkpoint.state), version, std::move(changes), true};
}

Beginning begun(const RunOptions& options, frame::Session& session, const RunDirectory& folder, const io::Json& identity) {
  if (const auto version = folder.latest(); version && options.resume) return resumed(options, *version, identity);
  options.model.check();
  LoadedModel loaded = options.model.load(session);
  Beginning beginning{loaded.config, {}, loaded.directory, io::Json::object(), false};
  beginning.state.weights = std::move(loaded.weights);
  return beginning;
}

/// The loop over steps, with what it needs around it.
class Loop {
 public:
  Loop(const RunOptions& options, frame::Session& session, Clock::time_point began)
      : options_(options), session_(session), began_(began), data_(session.input(options.data)), folder_(options.out, options.resume),
        parts_(split(data_.all(), options.validation_share)), identity_(identity_of(options, data_, session.seed())),
        beginning_(begun(options, session, folder_, identity_)),
        device_(options.device.open(session)), precision_(options.device.formats(session, beginning_.config, first_weights())),
        trainer_(beginning_.config, device_, precision_, options.optimizer, options.batch, options.steps),
        latest_(session.output_file((folder_.path() / "latest").string())),
        metrics_(session.records(options.metrics), Throughput(beginning_.config, options.batch.context, device_, precision_),
                 device_.info().threads, trainer_.device_bytes()) {
    SampleOrder(parts_.training.count, static_cast<std::uint64_t>(options.batch.context), session.seed());  // is there enough?
    if (options.validation_data) validation_data_.emplace(session.input(*options.validation_data));
    trainer_.restore(beginning_.state);
    saved_step_ = beginning_.resumed ? beginning_.state.step : -1;
    skipped_ = beginning_.state.skipped;
    beginning_.state = {};  // the weights live on the device from here on
  }

  frame::Outcome run();

 private:
  /// The weights that a precision map should have been made for: those that the user named.
  std::span<const float> first_weights() const {
    if (beginning_.resumed || !options_.model.directory) return {};
    return beginning_.state.weights;
  }
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
  TokenSource data_;
  RunDirectory folder_;
  Split parts_;
  io::Json identity_;
  Beginning beginning_;
  device::Device device_;
  model::Precision precision_;
  Trainer trainer_;
  std::string latest_;  // what --depfile names as the target
  RunMetrics metrics_;
  std::optional<TokenSource> validation_data_;
  std::int64_t saved_step_ = -1, validated_step_ = -1, skipped_ = 0;
};

void Loop::begin_record() {
  io::Json record;
  record["model"] = model_record(beginning_.config);
  record["device"] = device_record(device_);
  record["precision"] = options_.device.precision;
  record["emulated"] = emulated(device_, precision_);
  record["identity"] = identity_;
  record["resumed_from"] = beginning_.resumed ? io::Json(trainer_.step_count()) : io::Json();
  record["changed"] = beginning_.changes;
  record["device_bytes"] = trainer_.device_bytes();
  record["training_tokens"] = parts_.training.count;
  metrics_.begin(std::move(record));
}

void Loop::save() {
  if (saved_step_ == trainer_.step_count()) return;
  const TrainingState state = trainer_.state();
  folder_.save(state.step, options_.keep, [&](const std::filesystem::path& version) {
    write_checkpoint(version, beginning_.config, state, identity_, beginning_.tokenizer);
  });
  saved_step_ = state.step;
  // The version that the tokenizer came from may be among those that do not stay.
  if (!beginning_.tokenizer.empty()) beginning_.tokenizer = folder_.path() / version_name(state.step);
}

void Loop::validate() {
  const TokenSource& source = validation_data_ ? *validation_data_ : data_;
  const TokenRange range = validation_data_ ? validation_data_->all() : parts_.held_out;
  if (range.count == 0 || validated_step_ == trainer_.step_count()) return;
  const Clock::time_point began = Clock::now();
  try {
    const model::Loss loss = evaluate(trainer_.model(), source, range, session_.stop());
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
  BatchLoader loader(data_, parts_.training, options_.batch, session_.seed(), trainer_.step_count() + 1, options_.steps);
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
  extra["emulated"] = emulated(device_, precision_);
  extra["checkpoint"] = (folder_.path() / version_name(trainer_.step_count())).string();
  extra["skipped"] = skipped_;
  metrics_.summary(trainer_.step_count(), stopped_by, extra);
  return stopped_by == "max-time" ? frame::Outcome::stopped_in_time : frame::Outcome::done;
}

frame::Outcome Run::run(frame::Session& session) {
  const Clock::time_point began = Clock::now();
  return Loop(options_, session, began).run();
}

}  // namespace

std::unique_ptr<frame::Verb> make_run() {
  return std::make_unique<Run>();
}

}  // namespace daybreak::train_shard
