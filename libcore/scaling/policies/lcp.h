#pragma once
// Lazy capacity provisioning: moves only where an optimal plan must have moved.
#include <memory>
#include <optional>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct LcpOptions {
  std::optional<double> target;  // utilization; default: the upper end of the band
  double penalty = 1000;         // node periods for each node and period that is missing
  void declare(OptionSink& sink);
};

/// LazyCapacity under the cost x + penalty * max(0, need - x) a period, where `need` serves the load at the target
/// utilization, and a start costs its charge and its billed delay. Error (usage) for a target outside (0, 1].
std::unique_ptr<Policy> make_lcp(const LcpOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
