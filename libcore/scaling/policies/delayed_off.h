#pragma once
// Ski rental for nodes: each level waits as long as its next start would cost.
#include <memory>
#include <optional>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct DelayedOffOptions {
  std::optional<double> target;  // utilization; default: the upper end of the band
  void declare(OptionSink& sink);
};

/// Level j is on while the load needs j nodes at the target utilization, and goes off after it was idle for as long as a
/// start costs (start cost and billed delay): never over twice the optimum where costs are linear (Karlin, Manasse,
/// Rudolph, Sleator 1988; Lu, Chen, Andrew 2013). Error (usage) for a target outside (0, 1].
std::unique_ptr<Policy> make_delayed_off(const DelayedOffOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
