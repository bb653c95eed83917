#pragma once
// Tar shards as WebDataset has them: the members that share a name up to the first dot are one sample.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// True for an archive with a member that only samples have: an image or .cls. False for what tar_members() refuses.
bool is_sample_shard(const InputFile& archive);

/// One pair of arrays for each ending, such as "jpg/bytes" and "jpg/offsets", empty for a sample without it; "names"
/// and "name_offsets": what the members of a sample share; "labels" (I64) where every sample has a member .cls that is
/// an integer. The pieces give the archive back byte for byte. Errors: Error (data, naming archive and member) as
/// tar_members(), and where a sample has two members of one ending.
ArrayFile open_tar_samples(const std::shared_ptr<const InputFile>& archive);

}  // namespace daybreak::io
