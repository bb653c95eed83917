#pragma once
// The stream of train-shard run, what its other verbs say, and the products that bench measures.
namespace daybreak::records {

inline constexpr const char* kTrainSchema = "daybreak.train/1";
inline constexpr const char* kProductsSchema = "daybreak.products/1";

}  // namespace daybreak::records
