#pragma once
// Datasets of several owners as one: no sample twice, every sample with its owners, labels compared.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/agreement.h"
#include "libcore/dataset/compress.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

/// "owners" (U64, role "owners"): bit k of a sample says that owner k has it. Its attributes name the owners' files,
/// the XXH3 of their layouts, how many samples each had left out before (near-duplicates, numbers that are not finite;
/// which they were is in the owner's own file), and how labels that disagreed were resolved.
inline constexpr const char* kOwners = "owners";
inline constexpr const char* kOwnerNames = "names";
inline constexpr const char* kOwnerHashes = "layout_xxh3";
inline constexpr const char* kOwnerLeftOut = "left_out_samples";
inline constexpr const char* kLabelRule = "label_rule";
inline constexpr std::size_t kMostOwners = 64;

struct MergeOptions {
  std::vector<std::string> labels;  // arrays of labels, beside those with the role; none: what their names say
  std::string rule = "refuse";      // as parse_label_rule() knows it
};

struct OwnerCounts {
  std::string name;                                    // of the file
  std::uint64_t samples = 0, distinct = 0, added = 0;  // added: that no earlier owner has
  std::uint64_t left_out = 0;                          // before, when the file was made
};

struct Merged {
  std::vector<OwnerCounts> owners;
  std::uint64_t samples = 0;  // all different ones
  bool labeled = false;
  Agreement agreement;                 // where labeled
  std::optional<CompressInput> input;  // the merged arrays; none where labels disagree and the rule is refuse
};

/// Takes one disagreement: {"sample", "labels": [{"owner", "sample", "label"}]}.
using TakeConflict = std::function<void(const io::Json&)>;

/// Reads the files and merges their samples: those of the first in their order, then what each of the others adds.
/// Samples are equal where all of their bytes but the labels are; in JSON Lines all members but those of the labels, as
/// values. Arrays must agree in name, type and shape of a row; class names become one list; the owners of a file that
/// was merged itself stay. Records of JSON Lines and CSV come back as such, other samples as arrays. Memory: some 150
/// bytes a sample, whatever their size; elements are read from the files again while the result is written. Errors:
/// Error (data, naming both files and the array that differs; usage for over 64 owners).
Merged merge(const std::vector<std::string>& paths, const MergeOptions& options, const TakeConflict& take,
             const Surroundings& around);

}  // namespace daybreak::dataset
