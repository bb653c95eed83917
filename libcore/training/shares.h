#pragma once
// How many of a step's micro-batches each device takes, so that the slowest is done soonest.
#include <cstdint>
#include <span>
#include <vector>

namespace daybreak::training {

/// What a device takes for a step of n micro-batches: fixed_s + n * each_s; nothing where it takes none of them.
struct DevicePace {
  double fixed_s = 0, each_s = 0;
  double step_s(std::int64_t micro_batches) const {
    return micro_batches == 0 ? 0 : fixed_s + static_cast<double>(micro_batches) * each_s;
  }
};

struct Shares {
  std::vector<std::int64_t> micro_batches;  // one a device; their sum is what was asked for
  double step_s = 0;                        // of the slowest device
};

/// Integer shares that minimize the time of the slowest device. each_s must be positive. Exact, for the times of a
/// device rise with its share: giving each micro-batch to whoever is done first with it is optimal. cost: micro_batches
/// * devices.
Shares best_shares(std::span<const DevicePace> devices, std::int64_t micro_batches);
/// The shares that an even split would give, the first devices one more where it does not come out even.
Shares equal_shares(std::span<const DevicePace> devices, std::int64_t micro_batches);
/// The time of a step if shares were no whole numbers and no device had a fixed cost: what no split can beat.
double ideal_step_s(std::span<const DevicePace> devices, std::int64_t micro_batches);

}  // namespace daybreak::training
