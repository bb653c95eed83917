#include "libcore/training/read_ahead.h"

#include <algorithm>
#include <chrono>

namespace daybreak::training {

ReadAhead::ReadAhead(ReadRow read, const ReadOptions& options, std::int64_t rows, std::int64_t first_step,
                     std::int64_t last_step)
    : read_(std::move(read)),
      prefetch_(options.prefetch),
      most_readers_(options.readers),
      rows_(rows),
      last_(last_step),
      slots_(slots(options)),
      next_(first_step),
      claim_step_(first_step) {
  const std::lock_guard lock(mutex_);
  if (rows_left()) crew_.emplace_back([this] { work(); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  room_.notify_all();
  for (std::thread& reader : crew_) reader.join();
}

void ReadAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    room_.wait(lock, [&] { return stop_ || rows_left(); });
    if (stop_) return;
    read_one(lock);
  }
}

void ReadAhead::read_one(std::unique_lock<std::mutex>& lock) {
  const std::int64_t step = claim_step_, row = claim_row_;
  Slot& slot = slots_[index_of(step)];
  if (row == 0) slot = {};
  claim_row_ = (row + 1) % rows_;
  if (claim_row_ == 0) ++claim_step_;
  lock.unlock();
  ReadTime time;
  std::exception_ptr failure;
  try {
    time = read_(index_of(step), step, row);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  slot.time.fetch_s += time.fetch_s;
  slot.time.decode_s += time.decode_s;
  // Which failure is told does not depend on who was faster.
  if (failure && (!slot.failure || row < slot.failed_row)) {
    slot.failure = failure;
    slot.failed_row = row;
  }
  if (++slot.rows_done == rows_) ready_.notify_one();
}

/// Twice as many: a slow storage keeps readers waiting, and waiting costs nothing.
void ReadAhead::enlarge_crew() {
  const std::size_t wanted = std::min(2 * crew_.size(), static_cast<std::size_t>(most_readers_));
  while (crew_.size() < wanted) crew_.emplace_back([this] { work(); });
}

std::size_t ReadAhead::next() {
  const auto began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  const std::int64_t step = next_;
  if (prefetch_ == 0) {
    while (!whole(step)) read_one(lock);
  } else {
    if (!whole(step) && rows_left()) enlarge_crew();
    ready_.wait(lock, [&] { return whole(step); });
  }
  ++next_;
  stalled_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  room_.notify_all();
  taken_ = slot_of(step).time;
  if (slot_of(step).failure) std::rethrow_exception(slot_of(step).failure);
  return index_of(step);
}

}  // namespace daybreak::training
