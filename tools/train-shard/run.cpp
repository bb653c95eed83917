// Trains, or goes on training.
#include <algorithm>
#include <cstring>
#include <functional>

#include "libcore/base/error.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/task.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

using namespace training;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

std::string signal_name(int signal) {
  return std::string("SIG") + sigabbrev_np(signal);
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
  Loop(const RunOptions& options, frame::Session& session, Task& task, Clock::time_point began)
      : options_(options),
        session_(session),
        began_(began),
        task_(task),
        saver_(task.folder(), options.keep),
        metrics_(session.records(options.metrics), task.throughput(), task.device().info().threads,
                 task.device_bytes()),
        saved_step_(task.resumed() ? task.step_count() : -1),
        skipped_(task.skipped_before()) {
    task_.before_update([this] { saver_.wait_until_taken(); });
    task_.folder().begin();  // after everything that may be refused
  }

  frame::Outcome run();

 private:
  void steps();
  void one_step(const ReadAhead& reading);
  bool out_of_time() const { return options_.max_time_s && seconds_since(began_) >= *options_.max_time_s; }
  bool finished() const { return task_.step_count() >= options_.steps; }
  void save();
  /// How long a save under way is waited for.
  enum class Wait { no, training_waits, at_the_end };
  void note_save(Wait wait);
  void tried_to_save(const std::function<void()>& action);
  void save_at_last();
  void validate();

  const RunOptions& options_;
  frame::Session& session_;
  Clock::time_point began_;
  Task& task_;
  CheckpointSaver saver_;
  RunMetrics metrics_;
  std::int64_t saved_step_, skipped_, validated_step_ = -1, failed_saves_ = 0;
  double longest_stall_s_ = 0;
};

/// One that fails is told of at once, and the run goes on: the next one may succeed, and the last one must.
void Loop::tried_to_save(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& failure) {
    ++failed_saves_;
    metrics_.failed_checkpoint(saver_.step(), failure);
    session_.log().warning("the checkpoint of step " + std::to_string(saver_.step()) +
                           " was not saved: " + failure.what());
  }
}

void Loop::save() {
  note_save(Wait::training_waits);
  tried_to_save([&] { saver_.begin(task_.step_count(), [&] { return task_.copier(); }); });
}

/// Tells of a save that has come to its end.
void Loop::note_save(Wait wait) {
  tried_to_save([&] {
    const std::optional<CheckpointSaver::Saved> saved =
        wait == Wait::no ? saver_.poll() : saver_.wait(wait == Wait::training_waits);
    if (!saved) return;
    saved_step_ = saved->step;
    longest_stall_s_ = std::max(longest_stall_s_, saved->stall_s);
    metrics_.checkpoint(*saved);
    task_.saved(task_.folder().path() / version_name(saved->step));
  });
}

/// Whatever was tried before, the last state is saved, or the run ends with the reason.
void Loop::save_at_last() {
  note_save(Wait::at_the_end);
  if (saved_step_ == task_.step_count()) return;
  task_.folder().save(task_.step_count(), options_.keep, task_.writer());
  saved_step_ = task_.step_count();
}

void Loop::validate() {
  if (!options_.validates() || validated_step_ == task_.step_count()) return;
  const Clock::time_point began = Clock::now();
  try {
    const Validation found = task_.validate(session_.stop());
    metrics_.validation(task_.step_count(), found, seconds_since(began));
    validated_step_ = task_.step_count();
  } catch (const Interrupted&) {
    // The loop sees the signal next, and leaves a checkpoint.
    if (!session_.stop().requested()) throw;
  }
}

void Loop::one_step(const ReadAhead& reading) {
  const Operations operations = task_.step_count() % kTimedEvery == 0 ? Operations::timed : Operations::alone;
  StepClock clock(task_.device(), operations, reading.stalled_s());
  const StepReport report = task_.step();
  StepTime time = clock.stop(reading.stalled_s());
  time.reading = reading.batch_time();
  if (report.skipped) ++skipped_;
  metrics_.step(report, time, skipped_);
  session_.progress().advance(1);
}

void Loop::steps() {
  const ReadAhead& reading = task_.begin_reading();
  session_.progress().begin("train", static_cast<std::uint64_t>(options_.steps - task_.step_count()), "steps");
  // At least one step, so that a job that is started again and again gets to its end.
  for (bool first = true; !finished() && !session_.stop().requested() && (first || !out_of_time()); first = false) {
    one_step(reading);
    note_save(Wait::no);
    const std::int64_t step = task_.step_count();
    if (options_.save_every > 0 && step % options_.save_every == 0) save();
    if (options_.eval_every > 0 && step % options_.eval_every == 0) validate();
  }
}

frame::Outcome Loop::run() {
  std::string stopped_by = "steps";
  try {
    metrics_.begin(task_.record());
    if (!finished()) steps();
    save_at_last();
    if (session_.stop().requested())
      stopped_by = signal_name(session_.stop().signal());
    else if (!finished())
      stopped_by = "max-time";
    else
      validate();
  } catch (const Interrupted&) {  // whoever read the records has gone
    save_at_last();
    throw;
  } catch (const Error&) {  // such as a loss that is not finite: the checkpoint under way is of before
    note_save(Wait::at_the_end);
    throw;
  }
  io::Json extra;
  extra["emulated"] = task_.emulated();
  extra["checkpoint"] = (task_.folder().path() / version_name(task_.step_count())).string();
  extra["skipped"] = skipped_;
  extra["checkpoint_stall_s"] = longest_stall_s_;
  extra["checkpoints_failed"] = failed_saves_;
  metrics_.summary(task_.step_count(), stopped_by, extra);
  return stopped_by == "max-time" ? frame::Outcome::stopped_in_time : frame::Outcome::done;
}

frame::Outcome Run::run(frame::Session& session) {
  const Clock::time_point began = Clock::now();
  const std::unique_ptr<Task> task = make_task(options_, session);
  session.output_file((task->folder().path() / "latest").string());  // what --depfile names as the target
  if (session.dry_run()) {
    if (options_.metrics) session.output_file(*options_.metrics);
    task->emit_plan(session);
    return frame::Outcome::done;
  }
  task->begin();
  return Loop(options_, session, *task, began).run();
}

}  // namespace

std::unique_ptr<frame::Verb> make_run() {
  return std::make_unique<Run>();
}

}  // namespace daybreak::train_shard
