#pragma once
// The record of a decision, the same from the simulator and from the live controller.
#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/io/json.h"
#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

/// What stands in a record beside what was seen and decided.
struct DecisionNote {
  std::string_view policy;
  std::int64_t id = 0;                   // counts from 1
  std::optional<double> price_per_hour;  // of a node
  bool dry_run = false;
};

/// "daybreak.decision/1". What has not come yet is canceled before what serves is released.
io::Json decision_record(const Observation& seen, const Recommendation& decided, const DecisionNote& note);

}  // namespace daybreak::scaling
