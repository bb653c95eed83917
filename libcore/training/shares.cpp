#include "libcore/training/shares.h"

#include <algorithm>

namespace daybreak::training {
namespace {

double slowest_s(std::span<const DevicePace> devices, const std::vector<std::int64_t>& shares) {
  double slowest = 0;
  for (std::size_t i = 0; i < devices.size(); ++i) slowest = std::max(slowest, devices[i].step_s(shares[i]));
  return slowest;
}

}  // namespace

Shares best_shares(std::span<const DevicePace> devices, std::int64_t micro_batches) {
  Shares best{std::vector<std::int64_t>(devices.size(), 0), 0};
  for (std::int64_t given = 0; given < micro_batches; ++given) {
    std::size_t soonest = 0;
    for (std::size_t i = 1; i < devices.size(); ++i)
      if (devices[i].step_s(best.micro_batches[i] + 1) < devices[soonest].step_s(best.micro_batches[soonest] + 1))
        soonest = i;
    ++best.micro_batches[soonest];
  }
  best.step_s = slowest_s(devices, best.micro_batches);
  return best;
}

Shares equal_shares(std::span<const DevicePace> devices, std::int64_t micro_batches) {
  const auto count = static_cast<std::int64_t>(devices.size());
  Shares equal;
  for (std::int64_t i = 0; i < count; ++i)
    equal.micro_batches.push_back(micro_batches / count + (i < micro_batches % count ? 1 : 0));
  equal.step_s = slowest_s(devices, equal.micro_batches);
  return equal;
}

double ideal_step_s(std::span<const DevicePace> devices, std::int64_t micro_batches) {
  double rate = 0;
  for (const DevicePace& device : devices) rate += 1 / device.each_s;
  return static_cast<double>(micro_batches) / rate;
}

}  // namespace daybreak::training
