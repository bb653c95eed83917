#pragma once
// The record of compress-dataset, and the description that a dataset file carries.
namespace daybreak::records {

inline constexpr const char* kDatasetSchema = "daybreak.dataset/1";
inline constexpr const char* kDatasetBenchSchema = "daybreak.dataset-bench/1";
inline constexpr const char* kDatasetLayoutSchema = "daybreak.dataset-layout/1";
inline constexpr const char* kDatasetPartsSchema = "daybreak.dataset-parts/1";

}  // namespace daybreak::records
