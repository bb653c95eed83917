#pragma once
// Batches of sequences, read ahead while the device computes.
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/training/collectives/collectives.h"
#include "libcore/training/options.h"
#include "libcore/training/read_ahead.h"
#include "libcore/training/sample_order.h"
#include "libcore/training/token_source.h"

namespace daybreak::training {

/// What one step learns from, or one rank of it: tokens and the tokens that follow them, [rows, context] each.
struct Batch {
  std::int64_t step = 0;  // from 1
  std::vector<std::uint32_t> tokens, targets;
};

/// Gives the batches of steps first_step .. last_step in order. Which tokens a step gets depends on the seed and its number
/// alone. next() is for one thread.
class BatchLoader {
 public:
  /// rows: which of each batch's sequences, perhaps none; not given: all. The source must outlive this. Error (data) where
  /// the range is shorter than one sequence and its target.
  BatchLoader(const TokenSource& source, TokenRange range, const BatchOptions& options, std::uint64_t seed, std::int64_t first_step,
              std::int64_t last_step, const ReadOptions& reading = {}, std::optional<Range> rows = std::nullopt);

  /// The next batch, which stays until the next call; waits where it is not yet there. Throws what reading threw.
  const Batch& next() { return batches_[ahead_.next()]; }
  /// The clocks behind it: how long next() has waited, and what reading took.
  const ReadAhead& reading() const { return ahead_; }

 private:
  ReadTime read_row(std::size_t slot, std::int64_t step, std::int64_t row);

  const TokenSource& source_;
  TokenRange range_;
  BatchOptions options_;
  Range rows_;
  SampleOrder order_;
  double latency_s_;
  std::vector<Batch> batches_;
  ReadAhead ahead_;  // last: its threads fill what stands before it
};

}  // namespace daybreak::training
