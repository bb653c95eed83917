#pragma once
// Makes a rank slower than it is, to try what a job does about it.
#include <chrono>
#include <thread>

#include "libcore/base/options.h"

namespace daybreak::training {

struct Slowdown {
  double factor = 1;

  void declare(OptionSink& sink);

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
