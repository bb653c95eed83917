#include <cmath>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

daybreak_statistics_result of_tile(const Loops& loops, const float* x, int64_t count) {
  const Moments all = loops.moments(x, count);
  if (std::isfinite(all.squares)) return {all.sum, all.squares, all.largest_magnitude, 0};
  daybreak_statistics_result result{};
  for (int64_t i = 0; i < count; ++i) {
    const double value = x[i];
    if (std::isfinite(value)) {
      result.sum += value;
      result.sum_squares += value * value;
      result.largest_magnitude = std::max(result.largest_magnitude, std::fabs(value));
    } else {
      ++result.not_finite;
    }
  }
  return result;
}

}  // namespace

/// One partial result a tile, added up in the order of the tiles.
void Operations::statistics(daybreak_device& device, const daybreak_statistics& s) {
  const Input x(device.loops, s.x, s.x_type);
  const int64_t tiles = (s.count + kTile - 1) / kTile;
  constexpr int64_t kFloatsEach = sizeof(daybreak_statistics_result) / sizeof(float);
  auto* const parts = reinterpret_cast<daybreak_statistics_result*>(device.shared.at_least(tiles * kFloatsEach));
  for_each_tile(device, s.count, 1, [&](int64_t offset, int64_t count, float* scratch) {
    parts[offset / kTile] = of_tile(device.loops, x.tile(offset, count, scratch), count);
  });
  daybreak_statistics_result total{};
  for (int64_t i = 0; i < tiles; ++i) {
    total.sum += parts[i].sum;
    total.sum_squares += parts[i].sum_squares;
    total.largest_magnitude = std::max(total.largest_magnitude, parts[i].largest_magnitude);
    total.not_finite += parts[i].not_finite;
  }
  *s.result = total;
}

}  // namespace daybreak::kernels::cpu
