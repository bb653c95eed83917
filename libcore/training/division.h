#pragma once
// How the ranks of a job divide its work between them.
#include <cstdint>
#include <vector>

#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

/// What each rank takes, in the order of ranks. The two are independent: a slow device with much memory may keep much of the
/// optimizer's state.
struct Division {
  std::vector<std::int64_t> micro_batches = {1};  // of every step; their sum is the batch over the micro-batch
  std::vector<double> state = {1};                // shares of the optimizer's state, in any unit

  /// The micro-batches of all ranks.
  std::int64_t total() const;
  /// Those of one rank, by their place in the step: they follow those of the rank before it.
  Range micro_batches_of(int rank) const;
  /// Throws Error (usage) unless it is of so many ranks, no share is negative, and each kind has one above zero.
  void check(int ranks) const;
};

}  // namespace daybreak::training
