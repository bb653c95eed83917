#pragma once
// Knative's autoscaler for pods, to the letter, with nodes for its pods.
#include <memory>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// The defaults are those of Knative's config-autoscaler.
struct KpaOptions {
  double target = 0.7;  // concurrency of a node, of what it can hold
  double stable_window_s = 60, panic_window_share = 0.1;
  double panic_threshold = 2;  // nodes that the panic window asks for, over the ready ones
  double max_up_rate = 1000, max_down_rate = 2;
  double down_delay_s = 0;
  std::int64_t activation_nodes = 1;
  bool to_zero = false;
  std::optional<double> request_s = {};  // time in service of a unit of work; default: one period
  void declare(OptionSink& sink);
};

/// Scales on concurrency, averaged over a stable and a panic window: the nodes' worth of work in service and waiting,
/// utilization * ready + queue / (service rate * time in service of a unit), which is Little's law with a node's capacity
/// for unit. Knative decides every 2 seconds; where a period is longer than a window, its mean stands for the window.
std::unique_ptr<Policy> make_kpa(const KpaOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
