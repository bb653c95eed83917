#pragma once
// How to wait for another process: attentive at first, then without taking the processor from who computes on it.
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <cstdint>

namespace daybreak::training::mpi {

/// Nanoseconds by the monotonic clock, which the processes of a host have in common.
inline std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1000000000} + now.tv_nsec;
}

class Pause {
 public:
  /// Rests a little: not at all for 10 us, then for moments, then for a sixteenth of what it has waited already, up to
  /// half a millisecond. True about every millisecond: time to see whether the others are alive.
  bool rest() {
    constexpr std::int64_t us = 1000;
    const std::int64_t now = now_ns(), waited = now - begin_;
    if (waited > 200 * us) {
      const timespec nap{0, std::clamp(waited / 16, 20 * us, 500 * us)};
      nanosleep(&nap, nullptr);
    } else if (waited > 10 * us) {
      sched_yield();
    }
    if (now - looked_ < 1000 * us) return false;
    looked_ = now;
    return true;
  }
  double waited_s() const { return static_cast<double>(now_ns() - begin_) * 1e-9; }

 private:
  std::int64_t begin_ = now_ns(), looked_ = begin_;
};

}  // namespace daybreak::training::mpi
