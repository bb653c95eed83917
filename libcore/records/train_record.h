#pragma once
// The stream of train-shard run, and what its other verbs say.
namespace daybreak::records {

inline constexpr const char* kTrainSchema = "daybreak.train/1";

}  // namespace daybreak::records
