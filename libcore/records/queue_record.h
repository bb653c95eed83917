#pragma once
// The record of plan-scale queue.
namespace daybreak::records {

inline constexpr const char* kQueueSchema = "daybreak.queue/1";

}  // namespace daybreak::records
