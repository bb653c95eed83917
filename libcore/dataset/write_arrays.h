#pragma once
// The arrays of a dataset file and what the tool keeps beside them, written chunk by chunk.
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/hdf5_writer.h"

namespace daybreak::dataset {

/// The tool as a file names it, and the root's attribute that does.
inline constexpr const char* kTool = "compress-dataset " DAYBREAK_VERSION;
inline constexpr const char* kToolAttribute = "daybreak_tool";

/// Where an array's elements come from, and how they lose, where they do.
struct Supply {
  const io::ArraySource* source;
  const LossyForm* lossy = nullptr;
};

/// Writes the layout's arrays, encoded on several threads and written in order by this one, then chunk hashes and
/// manifest; completes the layout. One supply an array. Errors: those of the sources and the writer; Error (bug) where
/// a chunk does not decode to the same bytes.
void write_arrays(Hdf5Writer& writer, Layout& layout, const std::vector<Supply>& supplies,
                  const CompressOptions& options, const Surroundings& around);

}  // namespace daybreak::dataset
