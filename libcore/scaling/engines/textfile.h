#pragma once
// Gauges in Prometheus' text format, as node_exporter's textfile collector reads them.
#include <string>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// plan_scale_desired_nodes, plan_scale_current_nodes, plan_scale_pending_nodes and plan_scale_last_decision_timestamp_seconds
/// of a decision record, with help and type.
std::string textfile_gauges(const io::Json& decision);

}  // namespace daybreak::scaling
