#include "tools/train-shard/saves.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/child_save.h"

namespace daybreak::train_shard {
namespace {

using namespace training;

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

Saves::Saves(const TaskParts& parts, Task& task, RunMetrics& metrics, Record record)
    : options_(parts.options),
      session_(parts.session),
      ranks_(parts.ranks),
      folder_(parts.place.folder()),
      task_(task),
      metrics_(metrics),
      record_(std::move(record)),
      saver_(folder_, options_.keep, {ranks_.rank(), ranks_.size()}),
      saved_step_(task.resumed() ? task.step_count() : -1) {
  task_.before_update([this] {
    saver_.wait_until_taken();
    if (snapshot_) snapshot_->pause();
  });
}

void Saves::updated() {
  if (snapshot_) snapshot_->resume();
}

void Saves::prepare_to_leave_early() {
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

void Saves::tell_of_failed(const Error& failure) {
  ++failed_;
  record_([&] { metrics_.failed_checkpoint(saver_.step(), failure); });
  session_.log().warning("the checkpoint of step " + std::to_string(saver_.step()) + " was not saved: " + failure.what());
}

/// What this rank does alone.
void Saves::tried(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& failure) {
    tell_of_failed(failure);
  }
}

void Saves::begin() {
  ranks_.patiently([&] { note(Wait::training_waits); });
  try {
    ranks_.together([&] { saver_.open(task_.step_count()); });
  } catch (const AgreedError& failure) {  // not that another rank is lost, which ends the run
    return tell_of_failed(failure);
  } catch (const frame::ToldElsewhere&) {
    return;
  }
  tried([&] { saver_.begin([&] { return task_.copier(); }); });
}

/// One that a child has to make comes to its end before.
void Saves::note(Wait wait) {
  const Paused paused(snapshot_.get());
  if (snapshot_ && snapshot_->begun()) {
    if (wait == Wait::no) return;
    saved_step_ = std::max(saved_step_, snapshot_->settle().value_or(saved_step_));
  }
  tried([&] {
    const std::optional<CheckpointSaver::Saved> saved =
        wait == Wait::no ? saver_.poll() : saver_.wait(wait == Wait::training_waits);
    if (!saved) return;
    saved_step_ = std::max(saved_step_, saved->step);
    longest_stall_s_ = std::max(longest_stall_s_, saved->stall_s);
    record_([&] { metrics_.checkpoint(*saved); });
    task_.saved(folder_.path() / version_name(saved->step));
  });
}

void Saves::finish(bool by_child) {
  if (snapshot_ && by_child) snapshot_->begin();
  ranks_.patiently([&] { note(Wait::at_the_end); });
  // What became of it rank 0 knows, which keeps the folder.
  saved_step_ = all_gathered(ranks_.collectives(), saved_step_).front();
  if (saved_step_ != task_.step_count()) save_here();
}

void Saves::save_here() {
  const Paused paused(snapshot_.get());
  ranks_.together([&] { saver_.open(task_.step_count()); });
  std::exception_ptr failure;
  try {
    saver_.begin([&]() -> CheckpointSaver::Take { return [write = task_.writer()] { return write; }; });
  } catch (...) {
    failure = std::current_exception();
  }
  ranks_.patiently([&] {
    if (failure) std::rethrow_exception(failure);
    saver_.wait(false);
  });
  saved_step_ = task_.step_count();
}

void Saves::leave() {
  ranks_.patiently([&] { note(Wait::at_the_end); });
}

}  // namespace daybreak::train_shard
