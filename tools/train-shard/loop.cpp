#include "tools/train-shard/loop.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "libcore/base/clock.h"
#include "libcore/base/error.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

std::string signal_name(int signal) {
  return std::string("SIG") + sigabbrev_np(signal);
}

}  // namespace

Loop::Loop(const TaskParts& parts, Task& task, frame::RecordStream& records, Clock::time_point began)
    : options_(parts.options),
      session_(parts.session),
      ranks_(parts.ranks),
      folder_(parts.place.folder()),
      began_(began),
      task_(task),
      metrics_(records, task.throughput(), task.device().info().threads, task.device_bytes()),
      saves_(parts, task, metrics_, [this](const std::function<void()>& write) { record(write); }),
      skipped_(task.skipped_before()) {}

void Loop::record(const std::function<void()>& write) {
  try {
    write();
  } catch (const Interrupted& gone) {
    reader_gone_ = gone.signal;
  } catch (...) {
    if (!trouble_) trouble_ = std::current_exception();
  }
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
    saves_.updated();
    return report;
  } catch (const Error& failure) {
    if (failure.status() == ExitStatus::negative) ranks_.together([&] { throw failure; });
    throw;
  }
}

void Loop::one_step() {
  const Operations operations = task_.step_count() % kTimedEvery == 0 ? Operations::timed : Operations::alone;
  StepClock clock(task_.device(), operations, task_.stalled_s());
  if (!goes_on()) return;
  const double exchanged_before_s = ranks_.exchange_s();
  const StepReport report = computed();
  StepTime time = clock.stop(task_.stalled_s());
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
    saves_.poll();
    const std::int64_t step = task_.step_count();
    if (options_.save_every > 0 && step % options_.save_every == 0) saves_.begin();
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
  saves_.prepare_to_leave_early();
  if (!finished()) steps();
  saves_.finish(steps_here_ > 0 && (stopped_by_.starts_with("SIG") || saves_.step() != task_.step_count()));
  if (const int signal = agreed_signal()) return signal_name(signal);
  if (!finished()) return stopped_by_;
  validate();
  if (const int signal = agreed_signal()) return signal_name(signal);  // perhaps in the middle of that
  return "steps";
}

void Loop::summarize(const std::string& stopped_by) {
  io::Json extra;
  extra["emulated"] = task_.emulated();
  extra["checkpoint"] = (folder_.path() / version_name(task_.step_count())).string();
  extra["skipped"] = skipped_;
  extra["checkpoint_stall_s"] = saves_.longest_stall_s();
  extra["checkpoints_failed"] = saves_.failed();
  metrics_.summary(task_.step_count(), stopped_by, extra);
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
    saves_.leave();
    throw;
  } catch (const frame::ToldElsewhere&) {
    saves_.leave();
    throw;
  } catch (const Interrupted&) {
    saves_.leave();
    throw;
  } catch (...) {  // of this rank alone, or another one is lost
    ranks_.note_failure();
    saves_.wait();
    throw;
  }
}

}  // namespace daybreak::train_shard
