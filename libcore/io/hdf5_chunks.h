#pragma once
// Decoding of HDF5 chunks by bounded decoders of our own: nothing of the HDF5 library is called.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "libcore/io/hdf5_table.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Decodes one whole chunk (dataset.chunk_bytes() bytes, padding of edge chunks included) into `out`, little-endian.
/// Thread-safe: touches nothing but `out`. Errors: Error (data, naming file, dataset, chunk and filter).
void decode_chunk(const Hdf5Dataset& dataset, const Hdf5Chunk& chunk, const InputFile& file, std::span<std::byte> out);

/// Fills `out`, a whole number of elements, with the dataset's fill value, little-endian.
void fill_elements(const Hdf5Dataset& dataset, std::span<std::byte> out);

/// Why this dataset's pipeline cannot be decoded ("filter 4 (szip)"), or "" where it can; a filter that every chunk
/// left out does not matter.
std::string undecodable_filter(const Hdf5Dataset& dataset);

}  // namespace daybreak::io
