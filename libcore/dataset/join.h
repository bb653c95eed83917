#pragma once
// Parts that were compressed by several processes (shard.h) as one dataset, of which nothing is copied.
#include <filesystem>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// Writes `path`: a file whose arrays are virtual datasets over those of the parts, which must lie in the same folder or
/// below. `shown_as` is its name in messages. What counts from each part's start (offsets), and arrays without rows,
/// are written anew. The order of `parts` does not matter; no chunk of theirs is decoded but those of offsets. Errors:
/// Error (data, naming what is missing, twice or does not belong to the others; usage where a part lies elsewhere).
Layout join(const std::vector<std::string>& parts, const CompressOptions& options, const std::string& path,
            const std::string& shown_as, const Surroundings& around);

/// Finds what is wrong with the parts of a file to be written into that folder, and writes nothing. Errors as join().
void check_join(const std::vector<std::string>& parts, const std::filesystem::path& folder);

}  // namespace daybreak::dataset
