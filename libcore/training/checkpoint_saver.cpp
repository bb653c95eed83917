#include "libcore/training/checkpoint_saver.h"

#include <utility>

namespace daybreak::training {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

}  // namespace

void CheckpointSaver::begin(std::int64_t step, const Write& write) {
  began_ = Clock::now();
  saved_ = {step, 0, 0};
  draft_ = folder_.draft(step);
  work_.start([&] {
    folder_.leave_lock();
    write(draft_->path());
    io::sync_folder(draft_->path());
  });
  saved_.stall_s = seconds_since(began_);
}

std::optional<CheckpointSaver::Saved> CheckpointSaver::poll() {
  if (!busy()) return std::nullopt;
  try {
    if (!work_.finished()) return std::nullopt;
    return place();
  } catch (...) {
    draft_.reset();
    throw;
  }
}

std::optional<CheckpointSaver::Saved> CheckpointSaver::wait() {
  if (!busy()) return std::nullopt;
  const Clock::time_point waiting = Clock::now();
  try {
    work_.wait();
    Saved saved = place();
    saved.stall_s += seconds_since(waiting);
    return saved;
  } catch (...) {
    draft_.reset();
    throw;
  }
}

CheckpointSaver::Saved CheckpointSaver::place() {
  folder_.place(*draft_, saved_.step, keep_);
  draft_.reset();
  saved_.write_s = seconds_since(began_);
  return saved_;
}

}  // namespace daybreak::training
