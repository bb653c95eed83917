#pragma once
// Replays a trace under a controller with every job on its own: G/G/k, first come, first served.
#include <functional>
#include <memory>

#include "libcore/base/stop.h"
#include "libcore/scaling/control/controller.h"
#include "libcore/scaling/simulation/demand.h"
#include "libcore/scaling/simulation/report.h"
#include "libcore/scaling/simulation/servers.h"

namespace daybreak::scaling {

using MakeServers = std::function<std::unique_ptr<Servers>(Servers::Waited, Servers::Drained)>;

/// `jobs` arrive over the slots of `trace` and are served by what `make_servers` makes; a node serves service_rate(cluster,
/// trace) jobs a second. Nodes join and go at the ends of slots, as the controller decides then: one that is released
/// finishes its jobs and is billed until then, one that fails loses them to the head of the queue. Utilization is the
/// share of the places of serving nodes that were taken; the queue counts waiting jobs; a slot is violated if they are more than
/// the nodes serve within the wait limit. The wait of a job ends when it begins; those that wait at the end of the
/// trace are served by the nodes of then. Memory: the waiting jobs and the nodes.
PolicyReport simulate_events(const Trace& trace, JobSource& jobs, const MakeServers& make_servers, const ClusterOptions& cluster,
                             const LimitOptions& limits, Controller& controller, const StopToken& stop,
                             const EachSlot& each_slot = nullptr);

}  // namespace daybreak::scaling
