#pragma once
// What a load asks of a cluster, before any policy.
#include "libcore/scaling/control/limits.h"
#include "libcore/scaling/policies/policy.h"
#include "libcore/scaling/simulation/cluster_options.h"
#include "libcore/scaling/traces/trace.h"

namespace daybreak::scaling {

/// Units of work a second that one node serves. Error (usage) unless exactly one of the two options is given.
double service_rate(const ClusterOptions& cluster, const Trace& trace);
/// The fewest nodes that serve `rate` units a second.
std::int64_t nodes_for(double rate, double service_rate);
/// What policies may know of this cluster and trace beforehand.
Setting setting_of(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits);
/// The share of slots in which some whole number of nodes would put the arriving work into the band: no policy can do
/// better, whatever it knows.
double band_feasible_share(const Trace& trace, double service_rate, const ClusterOptions& cluster, const LimitOptions& limits);

}  // namespace daybreak::scaling
