#pragma once
// The arrays of a dataset file and what the tool keeps beside them, written chunk by chunk.
#include <span>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/hdf5_writer.h"

namespace daybreak::dataset {

/// The tool as a file names it, and the root's attribute that does.
inline constexpr const char* kTool = "compress-dataset " DAYBREAK_VERSION;
inline constexpr const char* kToolAttribute = "daybreak_tool";
/// Attributes of an input's group: the size and the hash of its original.
inline constexpr const char* kSourceBytes = "daybreak_source_bytes";
inline constexpr const char* kSourceHash = "daybreak_source_xxh3";

/// Where an array's elements come from, and how they lose, where they do.
struct Supply {
  const io::ArraySource* source;  // none: they stand in other files, and the caller writes where
  const LossyForm* lossy = nullptr;
  std::vector<std::uint64_t> hashes = {};  // of their chunks there
};

/// Adds a dataset of our own, such as the list of parts.
void write_own(Hdf5Writer& writer, const io::ArrayInfo& info, std::span<const std::byte> bytes, CompressOptions options,
               const Surroundings& around);

/// Writes the layout's arrays, encoded on several threads and written in order by this one, then chunk hashes and
/// manifest; completes the layout. One supply an array. Errors: those of the sources and the writer; Error (bug) where
/// a chunk does not decode to the same bytes.
void write_arrays(Hdf5Writer& writer, Layout& layout, const std::vector<Supply>& supplies,
                  const CompressOptions& options, const Surroundings& around);

}  // namespace daybreak::dataset
