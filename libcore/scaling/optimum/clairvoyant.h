#pragma once
// What a trace would cost a clairvoyant: the optimum in the terms of a simulated cluster.
#include <string>

#include "libcore/base/stop.h"
#include "libcore/scaling/simulation/demand.h"

namespace daybreak::scaling {

struct Clairvoyant {
  double cost = 0;     // in the unit of the pools' prices
  std::string method;  // how it was found, and whether it is exact or a bound from below
};

/// The cheapest plan that keeps every slot at or below the upper end of the band, within the limits: nodes are ordered as
/// early as they must be and billed from then on, so that a start costs its charge and the whole slots of its delay. With
/// several pools the cheapest nodes are taken first and every start is as cheap and quick as the best: a bound from
/// below. Drawn delays count with their mean, and no node of the plan fails.
Clairvoyant clairvoyant(const Trace& trace, double service_rate, const ClusterOptions& cluster, const LimitOptions& limits,
                        const StopToken& stop);

}  // namespace daybreak::scaling
