#pragma once
// The default policy: keeps the utilization in a band, starts nodes before they are needed, and says why.
#include <cstdint>
#include <memory>
#include <optional>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct BandOptions {
  std::optional<double> violation_price;  // default: 350 over the start delay in minutes
  std::int64_t flaps_per_hour = 8;
  void declare(OptionSink& sink);
};

/// Demand is what arrives, plus what waits, in nodes that it keeps busy: a utilization would hide how much is missing. The
/// forecast over the start delay and its headroom are those that would have cost least so far (see Rehearsal); settle()
/// says when to move, and a FlapBudget how often.
std::unique_ptr<Policy> make_band(const BandOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
