#pragma once
// Samples of text that are nearly another: found by MinHash, confirmed by their Jaccard index, left out on demand.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/samples.h"

namespace daybreak::dataset {

/// A sample that is left out, and the one that stays in its stead.
struct NearDuplicate {
  std::uint64_t sample = 0, kept = 0;
  double jaccard = 0;
  std::string name, kept_name;  // of their files, where they have any
};
using TakeNearDuplicate = std::function<void(const NearDuplicate&)>;

/// The samples that stay. A sample goes where an earlier one that stays has a Jaccard index of at least the threshold
/// with it (the most similar of those that are found, the first of equals) and the same labels. What goes is told in
/// order. The text of a sample is that of its columns of bytes, in JSON Lines its strings; a sample with other bytes or
/// without text stays. Every pair is confirmed; of pairs at the threshold about one in 10,000 is not found. Errors:
/// Error (data) where no column holds bytes.
std::vector<SampleRun> find_near_duplicates(const SampleTable& table, bool json, double threshold,
                                            const TakeNearDuplicate& take, const Surroundings& around);

/// Leaves near-duplicates out of the input and notes which. Its original then comes back without them where it is all
/// of one array (text, CSV, JSON Lines, a folder), else its arrays do. Errors: Error (data) where the arrays are no
/// samples.
void drop_near_duplicates(CompressInput& input, double threshold, const TakeNearDuplicate& take,
                          const Surroundings& around);

}  // namespace daybreak::dataset
