#include "libcore/scaling/planning/capacity_range.h"

#include <algorithm>

namespace daybreak::scaling {

std::optional<CapacityRange> capacity_range(const PlanRequest& request, std::span<const Column> columns) {
  double all = 0, slowest = kInfinity, fastest = 0;
  for (const Column& column : columns) {
    all += column.rate * static_cast<double>(column.capacity);
    slowest = std::min(slowest, column.rate);
    fastest = std::max(fastest, column.rate);
  }
  const double most = request.band_low > 0 ? std::min(all, request.load_per_s / request.band_low * (1 + kRounding)) : all;
  double needed = request.load_per_s / request.band_high * (1 - kRounding);
  if (request.survive_region) {
    const auto count = static_cast<double>(columns.size());
    needed = count < 2 ? kInfinity : std::max(needed, left_after_loss(request) * count / (count - 1));
  }
  if (request.target.any()) {
    // A pool of the slowest nodes waits least for the same capacity, so with one node more it would reach what a plan does.
    const auto servers = smallest_servers(queue_of(request, slowest), request.target);
    if (!servers) return std::nullopt;
    needed = std::max(needed, static_cast<double>(*servers - (slowest < fastest)) * slowest * (1 - kRounding));
  }
  if (!(needed <= most)) return std::nullopt;
  return CapacityRange{needed, most};
}

std::optional<std::int64_t> fewest_sharing(const PlanRequest& request, std::span<const Column> columns, double capacity) {
  double slowest = kInfinity;
  for (const Column& column : columns) slowest = std::min(slowest, column.rate);
  const auto reached = [&](std::int64_t count) {
    return reaches(queue_of(request, capacity / static_cast<double>(count)), count, request.target);
  };
  std::int64_t low = 0, high = std::clamp<std::int64_t>(static_cast<std::int64_t>(capacity / slowest) + 1, 1, kMostServers);
  if (!reached(high)) return std::nullopt;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace daybreak::scaling
