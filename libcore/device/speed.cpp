#include "libcore/device/speed.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/device/event.h"

namespace daybreak::device {

double best_s(Device& device, double time_s, const StopToken& stop, const std::function<void()>& work) {
  Event began(device), ended(device);
  const auto seconds_of = [&](int times) {
    stop.check();
    began.record();
    for (int i = 0; i < times; ++i) work();
    ended.record();
    device.synchronize();
    return ended.seconds_since(began);
  };
  seconds_of(1);  // touches memory for the first time
  constexpr double kShortest = 1e-3, kMostAtOnce = 1000;
  const int at_once = static_cast<int>(std::ceil(kShortest / std::clamp(seconds_of(1), kShortest / kMostAtOnce, kShortest)));
  double best = std::numeric_limits<double>::infinity(), total = 0;
  for (int repetition = 0; repetition < 3 || total < time_s; ++repetition) {
    const double seconds = seconds_of(at_once);
    best = std::min(best, seconds / at_once);
    total += seconds;
  }
  return best;
}

double sum_bytes_per_s(Device& device, std::int64_t elements, double time_s, const StopToken& stop) {
  daybreak_add_scaled sum{};
  sum.count = elements;
  const auto bytes = static_cast<std::size_t>(elements) * sizeof(float);
  Buffer x = device.allocate(bytes), y = device.allocate(bytes);
  x.fill_zero();
  y.fill_zero();
  sum.x = x.data();
  sum.y = y.data();
  sum.scale_x = sum.scale_y = 1;
  return 3.0 * static_cast<double>(bytes) / best_s(device, time_s, stop, [&] { device.add_scaled(sum); });
}

std::int64_t beyond_caches_bytes(const Device& device) {
  // The largest last caches: 12 MiB a core of processors (AMD's with stacked memory), 105 MiB of those that share one among all
  // (Intel's Sapphire Rapids), 126 MiB of accelerators (NVIDIA's B200). A sweep over two buffers finds next to nothing there.
  constexpr std::int64_t kMiB = std::int64_t{1} << 20;
  return device.in_host_memory() ? std::max(128 * kMiB, 16 * kMiB * std::int64_t{device.info().threads}) : 256 * kMiB;
}

double memory_bytes_per_s(Device& device, double time_s, const StopToken& stop) {
  return sum_bytes_per_s(device, beyond_caches_bytes(device) / static_cast<std::int64_t>(sizeof(float)), time_s, stop);
}

}  // namespace daybreak::device
