#pragma once
// How long work learns that it should end: the frame's signal handler sets the token, loops ask it.
#include <atomic>

namespace daybreak {

/// Thrown by StopToken::check(); unwinding removes temporary files, then the frame re-raises the signal.
struct Interrupted {
  int signal;
};

/// Set once by a signal handler (async-signal-safe), read by any thread.
class StopToken {
 public:
  void request(int signal) noexcept { signal_.store(signal, std::memory_order_relaxed); }
  /// The signal that asked to stop, or 0.
  int signal() const noexcept { return signal_.load(std::memory_order_relaxed); }
  bool requested() const noexcept { return signal() != 0; }
  /// Throws Interrupted if a stop was requested. Cheap enough for every chunk or step.
  void check() const {
    if (const int received = signal()) throw Interrupted{received};
  }

 private:
  std::atomic<int> signal_{0};
};

}  // namespace daybreak
