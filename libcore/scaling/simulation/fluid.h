#pragma once
// Replays a trace under a controller in the fluid slot model.
#include <functional>

#include "libcore/base/stop.h"
#include "libcore/scaling/control/controller.h"
#include "libcore/scaling/simulation/cluster.h"
#include "libcore/scaling/traces/trace.h"

namespace daybreak::scaling {

/// One slot as it went, for timelines.
struct SlotReport {
  double time_s, arrivals, served, queue, utilization;
  std::int64_t nodes, pending;
  const Observation& seen;            // at its end
  const Recommendation& decided;
};

/// What a policy did over a whole trace. Costs are in node-minutes.
struct PolicyReport {
  std::string policy;
  double cost = 0;             // serving and booting time of all nodes, plus the charge for each start
  double node_hours = 0;       // serving and booting
  std::int64_t starts = 0, stops = 0;
  double violated_share = 0;   // slots at whose end more than a minute of work waits
  double band_share = 0;       // slots whose utilization lies in the band
  double flaps_per_day = 0;    // reversals (start after stop, stop after start) within 30 minutes
  double utilization_mean = 0; // served over capacity
  double wait_p50_s = 0, wait_p99_s = 0;  // of the work, not of the slots
  double queue_max = 0;        // units of work
};

/// Units of work a second that one node serves. Error (usage) unless exactly one of the two options is given.
double service_rate(const ClusterOptions& cluster, const Trace& trace);
/// The fewest nodes that serve `rate` units a second.
std::int64_t nodes_for(double rate, double service_rate);
/// What policies may know of this cluster and trace beforehand.
Setting setting_of(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits);
/// The share of slots in which some whole number of nodes would put the arriving work into the band: no policy can do
/// better, whatever it knows.
double band_feasible_share(const Trace& trace, double service_rate, const ClusterOptions& cluster, const LimitOptions& limits);

/// cap = n * mu * slot; served = min(queue + arrivals, cap); utilization = served / cap; the wait of what arrives is the
/// queue left over n * mu. Starts serve after their delay and are billed from the request on; stops drain at once.
PolicyReport simulate_fluid(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller,
                            const StopToken& stop, const std::function<void(const SlotReport&)>& each_slot = nullptr);

}  // namespace daybreak::scaling
