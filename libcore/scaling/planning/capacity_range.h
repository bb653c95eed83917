#pragma once
// Which capacities a plan may have, and how many nodes must share one.
#include <cstdint>
#include <optional>
#include <span>

#include "libcore/scaling/planning/capacity_columns.h"

namespace daybreak::scaling {

/// Units of work a second.
struct CapacityRange {
  double least, most;
};

/// The least and the greatest capacity of any plan; nothing where there is none.
std::optional<CapacityRange> capacity_range(const PlanRequest& request, std::span<const Column> columns);

/// The fewest equal nodes that share this capacity and reach the wait objective; nothing where no number does.
std::optional<std::int64_t> fewest_sharing(const PlanRequest& request, std::span<const Column> columns, double capacity);

}  // namespace daybreak::scaling
