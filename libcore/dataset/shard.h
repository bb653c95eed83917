#pragma once
// The part of all inputs that one of several processes compresses. They need not know of each other: what a part has
// depends on the inputs, its number and the number of parts alone.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/samples.h"
#include "libcore/dataset/shard_record.h"

namespace daybreak::dataset {

/// Parts of one whole, at most.
inline constexpr std::uint64_t kMostShards = 4096;

/// "3/8": part 3 of 8. Error (usage) unless 1 <= part <= parts <= kMostShards.
Shard parse_shard(const std::string& text);

/// The part's rows of so many: rows floor(rows * (index - 1) / count) to floor(rows * index / count).
SampleRun rows_of(const Shard& shard, std::uint64_t rows);

/// Leaves the part's rows of every array of the inputs: rows along the first axis, or samples of different lengths with
/// their offsets, which count from the part's start; an array without rows stays whole, and what stands before the
/// first sample, such as the header of a table, goes to part 1. What an input was is kept in CompressInput::uncut, and
/// an original that is more than the bytes of its first array no longer comes back from the part alone.
/// `options`: what else decides about the values. Cost: reads offsets, and at most 256 KiB of each other
/// array for the fingerprint. Errors: Error (data) of the sources.
ShardRecord cut(std::vector<CompressInput>& inputs, const Shard& shard, const std::string& options);

}  // namespace daybreak::dataset
