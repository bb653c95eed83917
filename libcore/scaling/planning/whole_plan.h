#pragma once
// A plan of which all nodes are chosen.
#include <cstdint>
#include <span>

#include "libcore/scaling/planning/capacity_columns.h"

namespace daybreak::scaling {

/// The plan of so many nodes in each column, spot nodes placed where they save most.
CapacityPlan plan_of(const PlanRequest& request, std::span<const Column> columns, std::span<const std::int64_t> nodes);

/// True where it keeps every limit of the request but the budget, and has at most the capacity `most`.
bool meets_limits(const PlanRequest& request, const CapacityPlan& plan, double most);

}  // namespace daybreak::scaling
