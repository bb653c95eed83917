#pragma once
// When a fleet moves, and where to: the part of the band policy that looks at no history. All inline: paper fleets decide a
// hundred times as often as real ones.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// The numbers of nodes whose utilization under `demand` (busy nodes) lies in the band; empty (fewest > most) where no
/// whole number does. `fewest` is the smallest number that is not above the band in any case.
struct BandNodes {
  std::int64_t fewest, most;
};

inline BandNodes nodes_in_band(double demand, const Setting& setting) {
  const double most = std::floor(demand / setting.band_low * (1 + 1e-12));
  return {nodes_at(demand, setting.band_high, setting), static_cast<std::int64_t>(std::min(most, static_cast<double>(setting.max_nodes)))};
}

/// The nodes that `current` (those on their way too) should become. Up to the fewest in the band as soon as it lacks some;
/// down only where the utilization falls clearly below the band and not below `recent`, what was needed a while ago, and then to
/// the middle of the band, so that the next rise does not take it back; where no number is in the band, to the smallest
/// that is not above it.
inline std::int64_t settle(double demand, std::int64_t recent, std::int64_t current, const Setting& setting) {
  // A release waits until the utilization is this far below the band: at its edge it would come back at once.
  constexpr double kEdge = 0.985;
  const auto nodes = static_cast<double>(current);
  const bool low = demand < kEdge * setting.band_low * nodes;
  if (!low && demand <= setting.band_high * nodes && current >= setting.min_nodes) return current;  // mostly, and without a division
  const std::int64_t fewest = nodes_at(demand, setting.band_high, setting);
  if (fewest > current) return fewest;
  if (!low || std::max(fewest, recent) >= current) return current;
  if (nodes_in_band(demand, setting).most < fewest) return std::max(fewest, recent);
  return std::max(std::min(nodes_at(demand, (setting.band_low + setting.band_high) / 2, setting), current), recent);
}

}  // namespace daybreak::scaling
