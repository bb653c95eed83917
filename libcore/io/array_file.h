#pragma once
// A file as a dataset sees it: its arrays, its attributes, and how the original bytes are laid out around them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/io/array.h"

namespace daybreak::io {

/// A named value beside the arrays, as HDF5 and NetCDF keep them. Text has type u8 and is_text; the last axis of its shape
/// is the width of its strings, which are padded with NUL.
struct Attribute {
  std::string owner;  // the array or group that it describes; "" is the file
  std::string name;
  DType type = DType::u8;
  bool is_text = false;
  Shape shape;
  std::vector<std::byte> data;  // little-endian, C order
};

/// One piece of an original file: bytes kept as they are, all elements of one array laid out again, a run of the bytes
/// of a U8 array, or records, each of which has the next elements of several arrays.
struct Piece {
  std::string literal;       // where array < 0
  std::int64_t array = -1;   // index into ArrayFile::arrays
  bool big_endian = false;   // the file has the elements in big-endian order
  bool column_major = false; // the file has them in Fortran order
  std::uint64_t first_byte = 0;                      // of the run,
  std::optional<std::uint64_t> run_bytes = {};       // and its length; nothing: all elements
  /// Of records: for each of the arrays from `array` on, whether its elements are big-endian in the file; else empty.
  std::vector<bool> fields = {};
  std::uint64_t records = 0;  // that the elements of each of these arrays are divided into
};

/// A record longer than this is refused.
inline constexpr std::uint64_t kMostRecordBytes = std::uint64_t{1} << 24;

/// Another file in which rows of this one's arrays stand.
struct MappedFile {
  std::string path;                   // relative to the folder of the file that names it
  std::string name;                   // as messages call it, a path that opens it
  std::uint64_t bytes = 0;            // of the file
  std::vector<Attribute> attributes;  // of its root
};

/// An opened input. Sources stay valid as long as this lives.
struct ArrayFile {
  std::string name;    // as messages call it: a path, or "shard.tar: member"
  std::string format;  // npy npz idx raw tokens llmc text csv jsonl safetensors hdf5 netcdf bytes folder webdataset
  std::vector<std::unique_ptr<ArraySource>> arrays;
  std::vector<Attribute> attributes;
  /// The pieces whose concatenation is the original, byte for byte; absent where values alone come back.
  std::optional<std::vector<Piece>> pieces;
  /// What of the file is not in here, a sentence each: links that are not followed, attributes without a counterpart.
  std::vector<std::string> notes = {};
  std::vector<MappedFile> mapped = {};  // by virtual datasets
};

struct ReadOptions {
  std::string format = "auto";  // auto: by content, then by name
  std::optional<DType> dtype;   // of a raw array
  std::optional<Shape> shape;   // of a raw array; its first extent may be left to the file's size as 0
  std::vector<std::string> columns;  // of CSV and JSON Lines, as arrays beside the text; "all": every numeric one
  const StopToken* stop = nullptr;   // ends waits and reads where it is asked to; outlives what is opened
};

/// Opens one input: a file of a known format, one packed by gzip or zstd, a tar shard, whose members are
/// given each or sample by sample (tar_samples.h), or a folder of samples (sample_folder.h).
/// No length that the file claims is believed before it is checked against the file. Errors: Error (data, naming file
/// and fault; no_input; usage where a raw array lacks its type).
std::vector<ArrayFile> open_arrays(const std::string& path, const ReadOptions& options);

}  // namespace daybreak::io
