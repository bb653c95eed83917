#pragma once
// SkyServe's autoscaler by request rate, with nodes for its replicas.
#include <memory>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct SkyServeOptions {
  std::optional<double> target = {};  // rate of a node, of its service rate; default: the middle of the band, for SkyServe has none
  double window_s = 60, up_delay_s = 300, down_delay_s = 1200;
  std::int64_t over_provision = 0;
  void declare(OptionSink& sink);
};

/// n = ceil(rate / target), with the rate averaged over a window. The target moves to n when n has stood above it for the up
/// delay or below it for the down delay, both counted in decisions (SkyServe: every 20 seconds; here a period); one decision
/// on the other side or on the target begins the count anew. The extra nodes stand beside it. It begins with the nodes
/// that it finds.
std::unique_ptr<Policy> make_skyserve(const SkyServeOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
