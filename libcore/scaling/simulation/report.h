#pragma once
// What a replay says: slot by slot, and of a policy as a whole.
#include <cstdint>
#include <functional>
#include <string>

#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

/// One slot as it went, for timelines.
struct SlotReport {
  double time_s, arrivals, served, queue, utilization;
  std::int64_t nodes, pending;
  double wait_s;                      // mean wait of the work that the slot adds to the report's quantiles
  const Observation& seen;            // at its end
  const Recommendation& decided;
};
using EachSlot = std::function<void(const SlotReport&)>;

/// What a policy did over a whole trace.
struct PolicyReport {
  std::string policy;
  double cost = 0;               // serving and booting time of all nodes, plus the charge for each start; in the unit of the prices
  double node_hours = 0;         // serving, booting and draining
  std::int64_t starts = 0, stops = 0;
  std::int64_t failures = 0;     // nodes lost to failures and interruptions
  double violated_share = 0;     // slots at whose end more work waits than the nodes serve within the wait limit
  double violated_minutes = 0;   // the same as time
  double band_share = 0;         // slots whose utilization lies in the band
  double flaps_per_day = 0;      // reversals (start after stop, stop after start) within 30 minutes
  double utilization_mean = 0;   // served over capacity
  double wait_p50_s = 0, wait_p95_s = 0, wait_p99_s = 0;  // of the work, not of the slots; QuantileSketch's error
  double queue_max = 0;          // units of work
};

}  // namespace daybreak::scaling
