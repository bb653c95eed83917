#pragma once
// Clocks of the benchmarks.
#include <chrono>
#include <functional>

namespace bench {

/// Wall time of one run.
inline double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace bench
