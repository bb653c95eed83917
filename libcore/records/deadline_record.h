#pragma once
// The record of plan-scale deadline.
namespace daybreak::records {

inline constexpr const char* kDeadlineSchema = "daybreak.deadline/1";

}  // namespace daybreak::records
