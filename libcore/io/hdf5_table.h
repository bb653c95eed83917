#pragma once
// What an HDF5 file holds, as a plain table: a confined process parses the file and hands this over a pipe, the reader
// validates it and decodes the chunks itself. No handle of the HDF5 library is in here.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// The place of data that was never written.
inline constexpr std::uint64_t kHdf5Nowhere = ~std::uint64_t{0};

/// One step of a filter pipeline, in the order of writing. Ids are those registered with The HDF Group.
struct Hdf5Filter {
  std::uint16_t id = 0;
  std::vector<std::uint32_t> client;
};

/// One stored chunk. Bit k of the mask says that step k of the pipeline was left out.
struct Hdf5Chunk {
  std::uint64_t index = 0;  // row-major number in the grid of chunks
  std::uint64_t address = 0;
  std::uint64_t stored_bytes = 0;
  std::uint32_t filter_mask = 0;
};

enum class Hdf5Storage : std::uint8_t { contiguous, compact, chunked, mapped };

/// Other files that the rows of one file may stand in, at most.
inline constexpr std::size_t kMostMappedFiles = 4096;

/// Rows of a virtual dataset, and where they stand: in a dataset of another file, which lies in the same folder or below.
struct Hdf5Mapping {
  std::uint64_t first_row = 0, rows = 0;
  std::string file, dataset;  // a path relative to the folder of the file; a path without a leading "/"
  std::uint64_t source_row = 0;  // where they begin there
  bool all = false;              // the rows are all that it has
};

struct Hdf5Dataset {
  std::string path;  // without a leading "/"
  std::string unsupported;  // why this dataset cannot be read; empty where it can. The fields below hold then only the shape.
  DType type = DType::u8;
  bool big_endian = false;
  Shape shape;
  Hdf5Storage storage = Hdf5Storage::contiguous;
  std::uint64_t address = kHdf5Nowhere;  // of contiguous elements
  std::vector<std::byte> inline_bytes;   // of compact elements, in the file's byte order
  Shape chunk_shape;
  std::vector<Hdf5Filter> filters;
  std::vector<Hdf5Chunk> chunks;  // ascending by index; a chunk that is absent holds the fill value
  std::vector<std::byte> fill;    // one element, in the file's byte order
  std::vector<Hdf5Mapping> mappings;  // of mapped rows: all of them, ascending

  /// Elements, and bytes once decoded.
  std::uint64_t bytes() const;
  std::uint64_t chunk_bytes() const;
  /// Chunks along each axis.
  Shape grid() const;
  /// The stored chunk of that number, or null.
  const Hdf5Chunk* find(std::uint64_t index) const;
};

struct Hdf5Table {
  std::vector<Hdf5Dataset> datasets;
  std::vector<Attribute> attributes;
  std::vector<std::string> notes;  // what was left out: links, attributes of types that have no counterpart
};

/// The table of an HDF5 file, parsed in a confined child process and validated here: every address within the file, no
/// byte stored twice, every row of a virtual dataset mapped once and no row of another file twice, every path inside the
/// folder, every count bounded. Datasets of unsupported types are listed with the reason.
/// Errors: Error (data, naming the file, what HDF5 said or how its parser died; resources where no process starts).
/// The child is a fork: a thread that writes HDF5 at that moment may make it wait, which ends in an error after 90 s,
/// so call this before such threads start.
Hdf5Table read_hdf5_table(const InputFile& file);

/// The child's bytes as a table, checked against a file of `file_bytes`. `name` is the file in messages.
/// Allocates in proportion to the size of `bytes`. Errors: Error (data).
Hdf5Table parse_hdf5_table(std::span<const std::byte> bytes, const std::string& name, std::uint64_t file_bytes);

}  // namespace daybreak::io
