#include "libcore/training/checkpoint_saver.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "libcore/base/clock.h"

namespace daybreak::training {
namespace {

constexpr int kLowPriority = 10;

}  // namespace

CheckpointSaver::~CheckpointSaver() {
  if (busy()) thread_.join();
}

void CheckpointSaver::open(std::int64_t step) {
  began_ = Clock::now();
  saved_ = {step, 0, 0};
  draft_ = folder_.draft(step);
}

void CheckpointSaver::begin(const Prepare& prepare) {
  Take take;
  try {
    take = prepare();
  } catch (...) {
    give_up(std::current_exception());
    draft_.reset();
    throw;
  }
  phase_ = Phase::copying;
  failure_ = nullptr;
  thread_ = std::thread([this, take = std::move(take)] { work(take); });
  saved_.stall_s = seconds_since(began_);
}

void CheckpointSaver::work(const Take& take) {
  try {
    const Write write = take();
    advance(Phase::writing);
    // From here on training comes first: this thread alone is made to yield.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowPriority);
    write(folder_.draft_path(saved_.step));
    if (draft_) io::sync_folder(draft_->path());
  } catch (...) {
    failure_ = std::current_exception();
    give_up(failure_);
  }
  advance(Phase::ended);
}

void CheckpointSaver::give_up(const std::exception_ptr& failure) const {
  if (!draft_) give_up_part(folder_.draft_path(saved_.step), rank_, failure);
}

void CheckpointSaver::advance(Phase phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  changed_.notify_all();
}

void CheckpointSaver::wait_until_taken() {
  if (!busy()) return;
  const Clock::time_point waiting = Clock::now();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return phase_ != Phase::copying; });
  saved_.stall_s += seconds_since(waiting);
}

std::optional<CheckpointSaver::Saved> CheckpointSaver::poll() {
  if (!busy()) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::ended) return std::nullopt;
  }
  return settle();
}

std::optional<CheckpointSaver::Saved> CheckpointSaver::wait(bool training_waits) {
  if (!busy()) return std::nullopt;
  const Clock::time_point waiting = Clock::now();
  Saved saved = settle();
  if (training_waits) saved.stall_s += seconds_since(waiting);
  return saved;
}

CheckpointSaver::Saved CheckpointSaver::settle() {
  thread_.join();
  const std::unique_ptr<io::DraftFolder> draft = std::move(draft_);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (draft) folder_.place(*draft, saved_.step, keep_);
  saved_.write_s = seconds_since(began_);
  return saved_;
}

}  // namespace daybreak::training
