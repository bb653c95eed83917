#pragma once
// HDF5 datasets as array sources: any range of bytes, decoded chunk by chunk.
#include <memory>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/hdf5_chunk_cache.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// A source over each of the validated, supported datasets of one file, in their order. A read decodes each chunk that
/// it touches once, on up to `threads` threads; the last few decoded chunks (64 MiB of all open files together, at
/// least one a file) are kept for the next read, but those that were wanted whole. Thread-safe. Errors of a read: Error
/// (data, naming file, dataset and chunk; io where the file cannot be read).
std::vector<std::unique_ptr<ArraySource>> hdf5_sources(const std::shared_ptr<const InputFile>& file, std::vector<Hdf5Dataset> datasets,
                                                       std::int64_t threads,
                                                       const std::shared_ptr<Hdf5ChunkCache>& cache);
/// One of these sources, over a description that others share. Several files may share a cache where their arrays have
/// different numbers.
std::unique_ptr<ArraySource> hdf5_source(std::shared_ptr<const InputFile> file, std::shared_ptr<const Hdf5Dataset> dataset,
                                         std::int64_t threads, std::shared_ptr<Hdf5ChunkCache> cache, std::size_t number);
/// A cache for the decoded chunks of one file.
std::shared_ptr<Hdf5ChunkCache> hdf5_chunk_cache();

}  // namespace daybreak::io
