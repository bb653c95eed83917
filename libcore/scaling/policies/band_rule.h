#pragma once
// When a fleet moves, and where to: the part of the band policy that looks at no history.
#include <cstdint>

#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// The numbers of nodes whose utilization under `demand` (busy nodes) lies in the band; empty (fewest > most) where no
/// whole number does. `fewest` is the smallest number that is not above the band in any case.
struct BandNodes {
  std::int64_t fewest, most;
};
BandNodes nodes_in_band(double demand, const Setting& setting);

/// The nodes that `current` (those on their way too) should become. Up to the fewest in the band as soon as it lacks some;
/// down only where the utilization falls clearly below the band and not below `recent`, what was needed a while ago, and then to
/// the middle of the band, so that the next rise does not take it back; where no number is in the band, to the smallest
/// that is not above it. An eager fleet goes down to the fewest in the band as soon as it can.
std::int64_t settle(double demand, std::int64_t recent, std::int64_t current, bool eager, const Setting& setting);

}  // namespace daybreak::scaling
