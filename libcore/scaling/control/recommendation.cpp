#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::desired_within_range: return "DesiredWithinRange";
    case Reason::scale_up_limit: return "ScaleUpLimit";
    case Reason::scale_down_limit: return "ScaleDownLimit";
    case Reason::scale_up_stabilized: return "ScaleUpStabilized";
    case Reason::scale_down_stabilized: return "ScaleDownStabilized";
    case Reason::too_few_replicas: return "TooFewReplicas";
    case Reason::too_many_replicas: return "TooManyReplicas";
    case Reason::cool_down: return "CoolDown";
    case Reason::pending_start: return "PendingStart";
    case Reason::flap_budget: return "FlapBudget";
    case Reason::age_guard: return "AgeGuard";
    case Reason::metrics_missing: return "MetricsMissing";
    case Reason::metrics_stale: return "MetricsStale";
    case Reason::metrics_out_of_order: return "MetricsOutOfOrder";
    case Reason::metrics_absurd: return "MetricsAbsurd";
  }
  return "Unknown";
}

}  // namespace daybreak::scaling
