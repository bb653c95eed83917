#pragma once
// Kubernetes' HorizontalPodAutoscaler (autoscaling/v2), to the letter, with nodes for its pods.
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct HpaOptions {
  std::string metric = "utilization";  // "demand", or "both"
  std::optional<double> target = {};        // usage of a node; default: the middle of the band, for Kubernetes has none for such metrics
  double tolerance_up = 0.1, tolerance_down = 0.1;
  double window_up_s = 0, window_down_s = 300;
  std::string select_up = "max", select_down = "max";
  std::vector<std::string> rates_up = {}, rates_down = {};  // empty: those of HpaBehavior
  void declare(OptionSink& sink);
};

/// Decides once a period (in Kubernetes every 15 seconds). Nodes on their way are its unready pods. "Utilization" is the busy
/// share of the ready nodes, which never exceeds 1 and hides how large an overload is; "demand" is (arrivals + queue) over
/// what the ready nodes can serve in a period. With both the greater number holds, and where one is not measured no node
/// is released. Error (usage) for options that Kubernetes would refuse.
std::unique_ptr<Policy> make_hpa(const HpaOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
