#pragma once
// Writes an HDF5 file that h5py, MATLAB and h5dump read: plain types, and chunks encoded elsewhere.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/dataset/chunk_form.h"
#include "libcore/dataset/chunk_grid.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

/// Rows of an array that another file has.
struct MappedRows {
  std::string file;
  std::uint64_t rows = 0;
};

/// A file under construction. The same calls give the same bytes: no times are kept. Not thread-safe, and no two files
/// at once in different threads. Every call throws Error (io) where HDF5 or the disk fails; the file is then worthless.
class Hdf5Writer {
 public:
  /// Creates or empties `path`; shown_as is the name in messages.
  Hdf5Writer(const std::string& path, std::string shown_as);
  /// Without close(): leaves the file as it is, for the caller to remove.
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// A dataset of chunks that went through some of the filters; groups in the name are created. The dataset stays the
  /// one that write_chunk() writes until the next call. bfloat16 and float8 are kept as integers with the attribute
  /// "dtype"; booleans are the enumeration that h5py knows.
  void begin_chunked(const io::ArrayInfo& array, const ChunkGrid& grid, std::vector<Filter> filters);
  /// The chunk at that place, as `form` makes it of the plain bytes of a whole chunk.
  void write_chunk(const ChunkPlace& place, const Form& form, std::span<const std::byte> bytes);
  /// A dataset without chunks and all of its bytes, a small one within its header.
  void write_whole(const io::ArrayInfo& array, std::span<const std::byte> bytes);
  /// A virtual dataset: of each file, in this order, all of so many rows of the dataset of the same name. The files are
  /// named relative to the folder of this one.
  void write_mapped(const io::ArrayInfo& array, const std::vector<MappedRows>& files);
  /// A contiguous dataset whose elements come block by block through write_elements().
  void begin_contiguous(const io::ArrayInfo& array);
  /// The elements of one chunk of `grid`, without padding, into the dataset begun last.
  void write_elements(const io::Shape& first, const ChunkGrid& grid, std::span<const std::byte> bytes);

  /// An attribute of a dataset or group, written by close(); the owner "" is the root. A group that does not exist is
  /// created.
  void attribute(io::Attribute attribute);
  void text_attribute(std::string_view owner, std::string_view name, std::string_view value);
  void integer_attribute(std::string_view owner, std::string_view name, std::uint64_t value);

  /// Writes the attributes, flushes and closes; the file is complete when this returns.
  void close();

 private:
  void note_dtype(const io::ArrayInfo& array);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::dataset
