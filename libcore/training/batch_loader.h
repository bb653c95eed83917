#pragma once
// Batches of sequences, read ahead by a thread of its own while the device computes.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "libcore/training/options.h"
#include "libcore/training/sample_order.h"
#include "libcore/training/token_source.h"

namespace daybreak::training {

/// What one step learns from: tokens and the tokens that follow them, [batch, context] each.
struct Batch {
  std::int64_t step = 0;  // from 1
  std::vector<std::uint32_t> tokens, targets;
};

/// Gives the batches of steps first_step .. last_step in order. Which tokens a step gets depends on the seed and its number
/// alone. next() is for one thread.
class BatchLoader {
 public:
  /// The source must outlive this. Error (data) where the range is shorter than one sequence and its target.
  BatchLoader(const TokenSource& source, TokenRange range, const BatchOptions& options, std::uint64_t seed, std::int64_t first_step,
              std::int64_t last_step);
  ~BatchLoader();
  BatchLoader(const BatchLoader&) = delete;
  BatchLoader& operator=(const BatchLoader&) = delete;

  /// The next batch; waits where it is not yet there. Throws what reading threw.
  Batch next();
  /// How long next() has waited, in all.
  double stalled_s() const { return stalled_s_; }

 private:
  static constexpr std::size_t kAhead = 3;
  void run(std::int64_t first_step, std::int64_t last_step);
  Batch read(std::int64_t step) const;

  const TokenSource& source_;
  TokenRange range_;
  BatchOptions options_;
  SampleOrder order_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr failure_;
  bool stop_ = false;
  double stalled_s_ = 0;
  std::thread thread_;
};

}  // namespace daybreak::training
