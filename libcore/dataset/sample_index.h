#pragma once
// Arrays that hold every sample once, as their readers see them: each sample in all its places.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/io/array_file.h"

namespace daybreak::dataset {

/// The array that tells which of the distinct samples each sample is, and the attribute that names it by its whole
/// path.
inline constexpr const char* kSampleIndex = "sample_index";
/// Attribute: bytes of the samples in all their places. The last line of a text may be without its end.
inline constexpr const char* kSampleBytes = "sample_bytes";

struct ExpandedSamples {
  std::map<std::size_t, std::unique_ptr<io::ArraySource>> arrays;  // by their place in the file, in all their places
  std::vector<std::string> indices;                                // the arrays that only tell the order
};

/// The arrays of an HDF5 file whose attributes name an index; they read from `file`, which must live as long. Errors:
/// Error (data, naming file and array) where index, offsets and array do not fit.
ExpandedSamples expand_samples(const io::ArrayFile& file);

}  // namespace daybreak::dataset
