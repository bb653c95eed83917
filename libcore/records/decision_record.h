#pragma once
// The records of plan-scale run: one a line of metrics, and what it remembers between processes.
namespace daybreak::records {

inline constexpr const char* kDecisionSchema = "daybreak.decision/1";
inline constexpr const char* kControllerStateSchema = "daybreak.controller-state/1";

}  // namespace daybreak::records
