#pragma once
// Datasets of several owners as one: no sample twice, every sample with its owners, labels compared.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/dataset/agreement.h"
#include "libcore/dataset/compress.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

struct MergeOptions {
  std::vector<std::string> labels;  // arrays of labels, beside those with the role; none: what their names say
  LabelRule rule = LabelRule::refuse;
};

struct OwnerCounts {
  std::string name;                                    // of the file
  std::uint64_t samples = 0, distinct = 0, added = 0;  // added: that no earlier owner has
};

struct Merged {
  std::vector<OwnerCounts> owners;
  std::uint64_t samples = 0;  // all different ones
  bool labeled = false;
  Agreement agreement;                // where labeled
  std::vector<CompressInput> inputs;  // the merged arrays; none where labels disagree and the rule is refuse
};

/// Takes one disagreement: {"sample", "labels": [{"owner", "sample", "label"}]}.
using TakeConflict = std::function<void(const io::Json&)>;

/// Reads the files and merges their samples: those of the first in their order, then what each of the others adds.
/// Samples are equal where all of their bytes but the labels are; in JSON Lines but the members of the labels. Arrays
/// must agree in name, type and shape of a row. "owners" (U64) has bit k set for a sample that file k has; class names
/// become one list. Errors: Error (data, naming both files and the array that differs; usage for over 64 files).
Merged merge(const std::vector<std::string>& paths, const MergeOptions& options, const TakeConflict& take,
             const Surroundings& around);

}  // namespace daybreak::dataset
