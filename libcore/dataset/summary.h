#pragma once
// The record of compress-dataset (daybreak.dataset/1).
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/dataset/layout.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

/// An array's row of the record: the user's arrays, without the literals.
struct SummaryRow {
  const KeptArray* array;
  double ratio = 1;  // plain over stored bytes; 1 for an array without elements
};

std::vector<SummaryRow> summary_rows(const Layout& layout);
/// Bytes of all originals.
std::uint64_t input_bytes(const Layout& layout);
/// Samples of the inputs where equal ones were looked for, and how many of them are stored elsewhere already.
struct SampleCounts {
  std::uint64_t samples = 0, duplicates = 0;
  std::optional<std::uint64_t> near_duplicates;  // that were left out, where they were looked for
};
SampleCounts sample_counts(const Layout& layout);
/// What the integrity of a lossy file is, and what it is not.
inline constexpr const char* kIntegrityNote =
    "integrity is the share of each column's variance that is kept (R2), of the worst column; it is no share of the bits "
    "or of the information, and says nothing of what a model learns from the data";
/// Samples that were left out.
std::uint64_t dropped_samples(const Layout& layout);
/// The smallest of all arrays; 1 where everything is exact.
double integrity_of(const Layout& layout);
/// The document; output_bytes is the size of the file.
io::Json summary_json(const Layout& layout, std::uint64_t output_bytes);

}  // namespace daybreak::dataset
