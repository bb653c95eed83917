// Shares of micro-batches against all possible ones.
#include "libcore/training/shares.h"

#include <algorithm>
#include <random>

#include "tests/support/catch.hpp"

using namespace daybreak::training;

namespace {

double step_s(const std::vector<DevicePace>& devices, const std::vector<std::int64_t>& shares) {
  double slowest = 0;
  for (std::size_t i = 0; i < devices.size(); ++i)
    if (shares[i] > 0)
      slowest = std::max(slowest, devices[i].fixed_s + static_cast<double>(shares[i]) * devices[i].each_s);
  return slowest;
}

double best_of_all(const std::vector<DevicePace>& devices, std::vector<std::int64_t>& shares, std::size_t device,
                   std::int64_t left) {
  if (device + 1 == devices.size()) {
    shares[device] = left;
    return step_s(devices, shares);
  }
  double best = 1e300;
  for (std::int64_t take = 0; take <= left; ++take) {
    shares[device] = take;
    best = std::min(best, best_of_all(devices, shares, device + 1, left - take));
  }
  return best;
}

}  // namespace

TEST_CASE("no other shares are faster") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> draw(0.01, 1);
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<DevicePace> devices(1 + random() % 4);
    for (DevicePace& device : devices) device = {draw(random) * (random() % 2), draw(random)};
    const auto micro_batches = static_cast<std::int64_t>(1 + random() % 12);
    const Shares best = best_shares(devices, micro_batches);
    std::int64_t sum = 0;
    for (const std::int64_t share : best.micro_batches) sum += share;
    CHECK(sum == micro_batches);
    CHECK(best.step_s == step_s(devices, best.micro_batches));
    std::vector<std::int64_t> shares(devices.size());
    CHECK(best.step_s == best_of_all(devices, shares, 0, micro_batches));
    CHECK(best.step_s <= equal_shares(devices, micro_batches).step_s);
    CHECK(best.step_s >= ideal_step_s(devices, micro_batches) * (1 - 1e-12));
  }
}

TEST_CASE("a device three times as fast takes three times as much") {
  const std::vector<DevicePace> devices{{0, 1}, {0, 3}};
  CHECK(best_shares(devices, 8).micro_batches == std::vector<std::int64_t>{6, 2});
  CHECK(equal_shares(devices, 5).micro_batches == std::vector<std::int64_t>{3, 2});
  CHECK(ideal_step_s(devices, 8) == 6);
}
