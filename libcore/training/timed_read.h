#pragma once
// A read of a dataset, timed in its two parts.
#include <sys/prctl.h>

#include <chrono>
#include <thread>

#include "libcore/io/read_clock.h"
#include "libcore/training/read_ahead.h"

namespace daybreak::training {

/// Sleeps to the microsecond: Linux would wake this thread up to 50 us late otherwise.
inline void sleep_exactly(double seconds) {
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Calls read(), which reads in this thread alone. What the storage takes, and `latency_s` more, counts as fetching.
template <typename Read>
ReadTime timed_read(double latency_s, Read read) {
  const auto began = std::chrono::steady_clock::now();
  const double fetched_before = io::thread_read_s();
  if (latency_s > 0) sleep_exactly(latency_s);
  const double slept_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  read();
  const double fetched_s = io::thread_read_s() - fetched_before;
  const double whole_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return {slept_s + fetched_s, whole_s - slept_s - fetched_s};
}

}  // namespace daybreak::training
