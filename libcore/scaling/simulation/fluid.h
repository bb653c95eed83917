#pragma once
// Replays a trace under a controller in the fluid slot model.
#include "libcore/base/stop.h"
#include "libcore/scaling/control/controller.h"
#include "libcore/scaling/simulation/demand.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::scaling {

/// cap = n * mu * slot; served = min(queue + arrivals, cap); utilization = served / cap; the wait of what arrives is the
/// queue left over n * mu. Starts serve after their delay and are billed from the request on; stops drain at once.
/// Memory beside the trace does not depend on its length.
PolicyReport simulate_fluid(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller,
                            const StopToken& stop, const EachSlot& each_slot = nullptr);

}  // namespace daybreak::scaling
