#pragma once
// The elements of an original's array, in order and a block at a time.
#include <functional>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// True where the array is stored in this file as the original has it, not every sample once.
bool is_as_stored(const Archive& archive, std::size_t array);

/// How the original's array is cut into blocks: its chunks, where it is stored so.
ChunkGrid block_grid(const Archive& archive, std::size_t array);

/// Calls `take` for each block of block_grid(), one for an array without chunks, until it returns false. Stored chunks
/// are checked against their hashes; of an array that is not stored so, all chunks are before the first block.
/// Errors: Error (data, naming array and chunk).
void for_each_block(const Archive& archive, std::size_t array, const Surroundings& around,
                    const std::function<bool(const ChunkPlace&, const std::vector<std::byte>&)>& take);

}  // namespace daybreak::dataset
