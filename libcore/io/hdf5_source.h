#pragma once
// One HDF5 dataset as an array source: any range of bytes, decoded chunk by chunk.
#include <memory>

#include "libcore/io/array.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// A source over a validated, supported dataset. A read decodes each chunk that it touches once; the last few decoded
/// chunks (64 MiB, at least one) are kept for the next read. Thread-safe.
std::unique_ptr<ArraySource> hdf5_source(std::shared_ptr<const InputFile> file, Hdf5Dataset dataset);

}  // namespace daybreak::io
