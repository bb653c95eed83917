#include "kernels/cpu/threads.h"

#include <algorithm>
#include <new>

namespace daybreak::kernels::cpu {
namespace {

constexpr std::uint64_t kOpen = 1u << 15, kInside = kOpen - 1, kRound = 1u << 16;
// Operations follow each other closely: a worker that sleeps at once would be woken for each of them.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Threads::Threads(unsigned count) {
  constexpr unsigned kMost = 1024;
  const unsigned all = count != 0 ? count : std::max(1u, std::thread::hardware_concurrency());
  try {
    for (unsigned worker = 1; worker < std::min(all, kMost); ++worker) workers_.emplace_back([this, worker] { work(worker); });
  } catch (...) {
    stop();
    throw;
  }
}

Threads::~Threads() {
  stop();
}

void Threads::stop() {
  ending_ = true;
  state_ += kRound;
  state_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
}

void Threads::run(int64_t tasks, Call call, const void* context) {
  if (tasks <= 1 || workers_.empty()) {
    for (int64_t task = 0; task < tasks; ++task) call(context, task, 0);
    return;
  }
  tasks_ = tasks;
  call_ = call;
  context_ = context;
  next_.store(0, std::memory_order_relaxed);
  state_.fetch_add(kRound + kOpen, std::memory_order_release);
  state_.notify_all();
  take_tasks(0);
  // Whoever has not come by now is not needed; whoever is inside must have finished.
  state_.fetch_and(~kOpen, std::memory_order_acq_rel);
  for (int spin = 0; state_.load(std::memory_order_acquire) & kInside; ++spin)
    spin < kSpins ? pause() : std::this_thread::yield();
  if (out_of_memory_.exchange(false)) throw std::bad_alloc();
}

void Threads::take_tasks(unsigned worker) noexcept {
  for (int64_t task; (task = next_.fetch_add(1, std::memory_order_relaxed)) < tasks_;) try {
      call_(context_, task, worker);
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
    }
}

/// Waits until the state is another one than `known`: a short while awake, then asleep.
void Threads::wait_for_change(std::uint64_t known) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (state_.load(std::memory_order_acquire) != known) return;
    pause();
  }
  state_.wait(known, std::memory_order_acquire);
}

/// Enters the present round if it takes workers and is another one than `seen`.
bool Threads::join(std::uint64_t& seen) {
  std::uint64_t state = state_.load(std::memory_order_acquire);
  while ((state & kOpen) && state / kRound != seen)
    if (state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel)) {
      seen = state / kRound;
      return true;
    }
  return false;
}

void Threads::work(unsigned worker) {
  for (std::uint64_t seen = 0; !ending_;) {
    const std::uint64_t known = state_.load(std::memory_order_acquire);
    if (join(seen)) {
      take_tasks(worker);
      state_.fetch_sub(1, std::memory_order_acq_rel);
    } else if (!ending_) {
      wait_for_change(known);
    }
  }
}

}  // namespace daybreak::kernels::cpu
