#pragma once
// The record of plan-scale plan.
namespace daybreak::records {

inline constexpr const char* kPlanSchema = "daybreak.plan/1";

}  // namespace daybreak::records
