#include "libcore/training/state_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace daybreak::training {
namespace {

/// Where the part ends that comes after `share` of the whole, at a multiple of the alignment.
std::int64_t cut(Range whole, double share) {
  if (share >= 1) return whole.end;
  const double units = share * static_cast<double>(whole.count()) / static_cast<double>(StateLayout::kAlignment);
  return std::min(whole.begin + std::lround(units) * StateLayout::kAlignment, whole.end);
}

std::vector<Range> parts_of(Range whole, std::span<const double> shares) {
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  std::vector<Range> parts;
  std::int64_t begin = whole.begin;
  double taken = 0;
  for (const double share : shares) {
    const std::int64_t end = cut(whole, (taken += share) / total);
    parts.push_back({begin, end});
    begin = end;
  }
  return parts;
}

}  // namespace

StateLayout::StateLayout(std::int64_t flat, std::span<const double> shares, std::int64_t bucket) {
  for (std::int64_t end = flat; end > 0; end -= bucket) {
    const Range range{std::max<std::int64_t>(end - bucket, 0), end};
    buckets_.push_back({range, parts_of(range, shares)});
  }
}

std::vector<Range> StateLayout::ranges_of(int rank) const {
  std::vector<Range> ranges;
  for (auto bucket = buckets_.rbegin(); bucket != buckets_.rend(); ++bucket) {
    const Range part = bucket->parts[static_cast<std::size_t>(rank)];
    if (part.count() == 0) continue;
    if (!ranges.empty() && ranges.back().end == part.begin) ranges.back().end = part.end;
    else ranges.push_back(part);
  }
  return ranges;
}

std::int64_t elements_of(std::span<const Range> ranges) {
  return std::accumulate(ranges.begin(), ranges.end(), std::int64_t{0},
                         [](std::int64_t sum, Range one) { return sum + one.count(); });
}

}  // namespace daybreak::training
