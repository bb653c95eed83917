#pragma once
// Makes a rank slower than it is, to try what a job does about it.
#include <chrono>
#include <cstdint>
#include <thread>

#include "libcore/base/options.h"

namespace daybreak::training {

struct Slowdown {
  double factor = 1;
  std::int64_t first_step = 1;  // of a run; those before are as fast as ever

  void declare(OptionSink& sink);
  void declare_first_step(OptionSink& sink);
  /// What it is in a step.
  Slowdown at(std::int64_t step) const { return step >= first_step ? *this : Slowdown{}; }

  /// Calls compute(), which waits for its device, and sleeps until that has taken `factor` times as long.
  template <typename Compute>
  auto operator()(Compute compute) const {
    const auto began = std::chrono::steady_clock::now();
    auto result = compute();
    if (factor > 1) std::this_thread::sleep_for((factor - 1) * (std::chrono::steady_clock::now() - began));
    return result;
  }
};

}  // namespace daybreak::training
