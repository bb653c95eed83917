#pragma once
// The record of plan-scale sim.
namespace daybreak::records {

inline constexpr const char* kSimulationSchema = "daybreak.simulation/1";

}  // namespace daybreak::records
