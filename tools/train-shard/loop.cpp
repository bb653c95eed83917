#include "tools/train-shard/loop.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/training/child_save.h"

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

/// As long as this is there, no child is made of the process by itself.
class Paused {
 public:
  explicit Paused(Snapshot* snapshot) : snapshot_(snapshot) {
    if (snapshot_) snapshot_->pause();
  }
  ~Paused() {
    if (snapshot_) snapshot_->resume();
  }
  Paused(const Paused&) = delete;
  Paused& operator=(const Paused&) = delete;

 private:
  Snapshot* snapshot_;
};

}  // namespace

Loop::Loop(const TaskParts& parts, Task& task, frame::RecordStream& records, Clock::time_point began)
    : options_(parts.options),
      session_(parts.session),
      ranks_(parts.ranks),
      folder_(parts.place.folder()),
      began_(began),
      task_(task),
      saver_(folder_, options_.keep, {ranks_.rank(), ranks_.size()}),
      metrics_(records, task.throughput(), task.device().info().threads, task.device_bytes()),
      saved_step_(task.resumed() ? task.step_count() : -1),
      skipped_(task.skipped_before()) {
  task_.before_update([this] {
    saver_.wait_until_taken();
    if (snapshot_) snapshot_->pause();
  });
}

void Loop::prepare_to_leave_early() {
  const bool wanted = ranks_.place().kills_early && task_.state_in_host_memory();
  const std::vector<std::int32_t> all = all_gathered(ranks_.collectives(), std::int32_t{wanted});
  if (std::count(all.begin(), all.end(), 0) != 0) return;
  const auto save = [this]() -> Snapshot::Save {
    return [this, step = task_.step_count(), write = task_.writer()](const std::function<void()>& in_turn) {
      save_as_child(folder_, step, options_.keep, {ranks_.rank(), ranks_.size()}, write, in_turn);
    };
  };
  snapshot_ = std::make_unique<Snapshot>(
      session_.stop(), Snapshot::Source{[this] { return task_.step_count(); }, save, folder_.lock_descriptor()});
}

void Loop::begin_last_save() {
  const bool new_state = steps_here_ > 0 && (stopped_by_.starts_with("SIG") || saver_.step() != task_.step_count());
  if (snapshot_ && new_state) snapshot_->begin();
}

void Loop::record(const std::function<void()>& write) {
  try {
    write();
  } catch (const Interrupted& gone) {
    reader_gone_ = gone.signal;
  } catch (...) {
    if (!trouble_) trouble_ = std::current_exception();
  }
}

/// One that fails is told of at once, and the run goes on: the next one may succeed, and the last one must.
void Loop::tried_to_save(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& failure) {
    ++failed_saves_;
    record([&] { metrics_.failed_checkpoint(saver_.step(), failure); });
    session_.log().warning("the checkpoint of step " + std::to_string(saver_.step()) +
                           " was not saved: " + failure.what());
  } catch (const frame::ToldElsewhere&) {  // rank 0 has no draft
  }
}

void Loop::save() {
  note_save(Wait::training_waits);
  tried_to_save([&] {
    ranks_.together([&] { saver_.open(task_.step_count()); });
    saver_.begin([&] { return task_.copier(); });
  });
}

/// Tells of a save that has come to its end. One that a child has to make comes to its end before.
void Loop::note_save(Wait wait) {
  const Paused paused(snapshot_.get());
  if (snapshot_ && snapshot_->begun()) {
    if (wait == Wait::no) return;
    saved_step_ = std::max(saved_step_, snapshot_->settle().value_or(saved_step_));
  }
  tried_to_save([&] {
    const std::optional<CheckpointSaver::Saved> saved =
        wait == Wait::no ? saver_.poll() : saver_.wait(wait == Wait::training_waits);
    if (!saved) return;
    saved_step_ = std::max(saved_step_, saved->step);
    longest_stall_s_ = std::max(longest_stall_s_, saved->stall_s);
    record([&] { metrics_.checkpoint(*saved); });
    task_.saved(folder_.path() / version_name(saved->step));
  });
}

/// Whatever was tried before, the last state is saved, or the run ends with the reason.
void Loop::save_at_last() {
  begin_last_save();
  note_save(Wait::at_the_end);
  // What became of it rank 0 knows, which keeps the folder.
  saved_step_ = all_gathered(ranks_.collectives(), saved_step_).front();
  if (saved_step_ == task_.step_count()) return;
  const Paused paused(snapshot_.get());
  ranks_.together([&] { saver_.open(task_.step_count()); });
  ranks_.together([&] {
    saver_.begin([&]() -> CheckpointSaver::Take { return [write = task_.writer()] { return write; }; });
    saver_.wait(false);
  });
  saved_step_ = task_.step_count();
}

void Loop::validate() {
  if (!options_.validates() || validated_step_ == task_.step_count()) return;
  const Clock::time_point began = Clock::now();
  try {
    const Validation found = task_.validate(session_.stop());
    record([&] { metrics_.validation(task_.step_count(), found, seconds_since(began)); });
    validated_step_ = task_.step_count();
  } catch (const Interrupted&) {  // the loop sees the signal next, and leaves a checkpoint
  }
}

void Loop::fetch() {
  try {
    if (!trouble_) task_.fetch();
  } catch (...) {
    trouble_ = std::current_exception();
  }
}

Loop::Word Loop::word() const {
  Word mine;
  mine.signal = reader_gone_ != 0 ? reader_gone_ : session_.stop().signal();
  // At least one step, so that a job that is started again and again gets to its end.
  if (steps_here_ > 0) {
    std::error_code unreachable;
    mine.stop_file = ranks_.leads() && options_.stop_file && std::filesystem::exists(*options_.stop_file, unreachable) ? 1 : 0;
    mine.out_of_time = options_.max_time_s && seconds_since(began_) >= *options_.max_time_s ? 1 : 0;
  }
  mine.failed = trouble_ ? 1 : 0;
  mine.computed_s = computed_s_;
  return mine;
}

/// Agrees with the other ranks whether there is another step, whose batch is then at hand.
bool Loop::goes_on() {
  fetch();
  const std::vector<Word> words = all_gathered(ranks_.collectives(), word());
  const auto first_of = [&](std::int32_t Word::* what) {
    const auto found = std::find_if(words.begin(), words.end(), [&](const Word& one) { return one.*what != 0; });
    return found == words.end() ? 0 : (*found).*what;
  };
  if (first_of(&Word::failed) != 0)
    ranks_.together([&] {
      if (trouble_) std::rethrow_exception(std::exchange(trouble_, nullptr));
    });
  const int signal = first_of(&Word::signal);
  if (signal != 0) stopped_by_ = signal_name(signal);
  else if (first_of(&Word::stop_file) != 0) stopped_by_ = "stop-file";
  else if (first_of(&Word::out_of_time) != 0) stopped_by_ = "max-time";
  if (!stopped_by_.empty()) return false;
  if (steps_here_ > 0) follow_paces(words);
  return true;
}

void Loop::follow_paces(const std::vector<Word>& words) {
  std::vector<double> computed_s;
  for (const Word& one : words) computed_s.push_back(one.computed_s);
  const std::optional<std::vector<std::int64_t>> shares = task_.divide_anew(computed_s);
  if (!shares) return;
  record([&] { metrics_.shares(task_.step_count(), *shares); });
  ranks_.together([&] { task_.fetch(); });
}

/// A run that has diverged has so on all ranks.
StepReport Loop::computed() {
  try {
    const StepReport report = task_.step();
    if (snapshot_) snapshot_->resume();
    return report;
  } catch (const Error& failure) {
    if (failure.status() == ExitStatus::negative) ranks_.together([&] { throw failure; });
    throw;
  }
}

void Loop::one_step() {
  const Operations operations = task_.step_count() % kTimedEvery == 0 ? Operations::timed : Operations::alone;
  StepClock clock(task_.device(), operations, task_.reading().stalled_s());
  if (!goes_on()) return;
  const double exchanged_before_s = ranks_.exchange_s();
  const StepReport report = computed();
  StepTime time = clock.stop(task_.reading().stalled_s());
  time.reading = task_.reading().batch_time();
  if (ranks_.size() > 1) time.exchange_s = ranks_.exchange_s() - exchanged_before_s;
  computed_s_ = report.computed_s;
  ++steps_here_;
  if (report.skipped) ++skipped_;
  record([&] { metrics_.step(report, time, skipped_); });
  session_.progress().advance(1);
}

void Loop::steps() {
  task_.begin_reading();
  session_.progress().begin("train", static_cast<std::uint64_t>(options_.steps - task_.step_count()), "steps");
  while (!finished()) {
    // The first step may be what makes a driver load its compiler.
    if (steps_here_ <= 1) session_.take_signals_back();
    one_step();
    if (!stopped_by_.empty()) return;
    note_save(Wait::no);
    const std::int64_t step = task_.step_count();
    if (options_.save_every > 0 && step % options_.save_every == 0) save();
    if (options_.eval_every > 0 && step % options_.eval_every == 0) validate();
  }
}

int Loop::agreed_signal() {
  for (const Word& one : all_gathered(ranks_.collectives(), word()))
    if (one.signal != 0) return one.signal;
  return 0;
}

/// What the run was stopped by.
std::string Loop::to_the_end() {
  const io::Json begin = task_.record();
  record([&] { metrics_.begin(begin); });
  prepare_to_leave_early();
  if (!finished()) steps();
  save_at_last();
  if (const int signal = agreed_signal()) return signal_name(signal);
  if (!finished()) return stopped_by_;
  validate();
  return "steps";
}

void Loop::summarize(const std::string& stopped_by) {
  io::Json extra;
  extra["emulated"] = task_.emulated();
  extra["checkpoint"] = (folder_.path() / version_name(task_.step_count())).string();
  extra["skipped"] = skipped_;
  extra["checkpoint_stall_s"] = longest_stall_s_;
  extra["checkpoints_failed"] = failed_saves_;
  metrics_.summary(task_.step_count(), stopped_by, extra);
}

void Loop::leave_together() {
  note_save(Wait::at_the_end);
  all_gathered(ranks_.collectives(), std::int32_t{0});
}

frame::Outcome Loop::run() {
  try {
    const std::string stopped_by = to_the_end();
    if (reader_gone_ == 0) record([&] { summarize(stopped_by); });
    ranks_.together([&] {
      if (reader_gone_ != 0) throw Interrupted{reader_gone_};
      if (trouble_) std::rethrow_exception(trouble_);
    });
    // Who got the signal dies of it; the others say that trying again helps.
    const bool done = stopped_by == "steps" || session_.stop().requested();
    return done ? frame::Outcome::done : frame::Outcome::stopped_in_time;
  } catch (const AgreedError&) {
    leave_together();
    throw;
  } catch (const frame::ToldElsewhere&) {
    leave_together();
    throw;
  } catch (const Error&) {  // of this rank alone, or another one is lost
    ranks_.note_failure();
    note_save(Wait::at_the_end);
    throw;
  }
}

}  // namespace daybreak::train_shard
