#pragma once
// How the ranks of a job divide its work between them.
#include <cstdint>
#include <vector>

namespace daybreak::training {

/// What each rank takes, in the order of ranks. The two are independent: a slow device with much memory may keep much of the
/// optimizer's state.
struct Division {
  std::vector<std::int64_t> micro_batches = {1};  // of every step; their sum is the batch over the micro-batch
  std::vector<double> state = {1};                // shares of the optimizer's state, in any unit
};

}  // namespace daybreak::training
