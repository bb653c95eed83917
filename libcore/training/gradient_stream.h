#pragma once
// The sum over ranks while a backward pass still computes.
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "libcore/training/gradient_exchange.h"

namespace daybreak::training {

/// As GradientExchange::sum() of one row, which is the gradient itself: a thread exchanges each bucket as soon as the
/// gradient is final there. Nobody else may use the ranks until finish().
class GradientStream {
 public:
  /// All must outlive this. counts: 1 for each rank that has a row, 0 for others.
  GradientStream(GradientExchange& exchange, std::vector<std::int64_t> counts, SumOrder order, float* gradient);
  /// Gives up what has not begun.
  ~GradientStream();
  GradientStream(const GradientStream&) = delete;
  GradientStream& operator=(const GradientStream&) = delete;

  /// The operations that change the gradient from that element on have been given to the device. Called from the thread that
  /// uses the device, which this does too.
  void reached(std::int64_t element);
  /// After reached(0): waits until the sum is in the device's memory. Throws what the thread met.
  void finish();

 private:
  void work();
  /// The number of buckets that may be exchanged, once they are more than `known`; nothing where this gives up.
  std::size_t wait_for(std::size_t known);
  void advance(std::size_t ready, bool given_up);

  GradientExchange& exchange_;
  const std::vector<StateLayout::Bucket>& buckets_;
  std::vector<std::int64_t> counts_;
  SumOrder order_;
  float* gradient_;
  float* host_;                // what is exchanged: the gradient, or a copy where the device has a memory of its own
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t ready_ = 0;      // buckets from the first on
  bool given_up_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace daybreak::training
