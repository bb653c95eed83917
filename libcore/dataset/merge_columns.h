#pragma once
// The arrays of a merged dataset. Only merge.cpp includes this.
#include <memory>
#include <string>
#include <vector>

#include "libcore/dataset/merge_owner.h"

namespace daybreak::dataset {

using MergeOwners = std::vector<std::shared_ptr<MergeOwner>>;

/// These samples, in this order, of owners that are alike, as an input that reads the owners' files while it is
/// compressed. Errors: Error (data) where some owners name classes and others do not.
CompressInput merged_input(const MergeOwners& owners, const std::vector<Occurrence>& chosen);

/// The column "owners" of such an input: ids of all, and the bits of each sample.
void add_owners(CompressInput& input, const std::vector<OwnerId>& ids, const std::vector<std::uint64_t>& bits);

}  // namespace daybreak::dataset
