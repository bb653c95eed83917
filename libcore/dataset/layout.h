#pragma once
// What a dataset file says about itself beside its arrays: how each original was laid out, and how each array was kept.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/dataset/chunk_grid.h"
#include "libcore/dataset/integrity.h"
#include "libcore/dataset/non_finite.h"
#include "libcore/dataset/shard_record.h"
#include "libcore/io/array.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

/// Where a dataset file keeps what is not the user's.
inline constexpr const char* kOwnGroup = "_daybreak";
inline constexpr const char* kManifest = "_daybreak/layout";          // U8: the JSON of this page
inline constexpr const char* kChunkHashes = "_daybreak/chunk_xxh3";   // U64: of every chunk, in order, of every array of several
inline constexpr const char* kLiterals = "_daybreak/literals";        // U8: headers and the like, one after the other
inline constexpr const char* kParts = "_daybreak/parts";              // U8: the JSON of joined_parts.h, in a joined file
inline constexpr const char* kManifestHash = "daybreak_layout_xxh3";  // attribute of the root: XXH3 of the manifest

/// One piece of an original: bytes that stand here or among the literals, all elements of an array, a run of its bytes, or
/// records of several arrays, as io::Piece has them.
struct KeptPiece {
  std::int64_t array = -1;          // index into Layout::arrays
  std::optional<std::string> text;  // the bytes themselves; else where they stand among the literals
  std::uint64_t literal_offset = 0, literal_bytes = 0;
  bool big_endian = false, column_major = false;
  std::uint64_t first_byte = 0;  // of the run,
  std::optional<std::uint64_t> run_bytes = {};  // and its length; nothing: all elements
  std::vector<bool> fields = {};                // of records,
  std::uint64_t records = 0;                    // and their number
};

/// Samples that were left out for being nearly another.
struct DroppedSamples {
  double threshold = 0;                                        // of the Jaccard index
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;  // its number in the original, and of the one that stays
};

/// One input file.
struct KeptInput {
  std::string name;    // a relative path of harmless characters, where restore puts it
  std::string format;  // as io::ArrayFile::format
  std::string group;   // in front of its arrays' names: "" or "stem/"
  std::uint64_t bytes = 0;
  std::string xxh3;        // 128 bits of the original, in hexadecimal; empty where nobody has read all of its bytes
  std::string decoded_by;  // hash of the tokenizer that turns the first array back into the original; else empty
  std::size_t first_array = 0, array_count = 0;
  /// Where equal samples were looked for: how many there are, and how many different ones.
  std::uint64_t samples = 0, distinct_samples = 0;
  std::optional<DroppedSamples> dropped;  // where near-duplicates were looked for
  std::uint64_t dropped_samples = 0;  // left out, for a number in them was not finite
  std::vector<std::pair<std::string, std::string>>
      attributes;  // owner (as in the original) and name of those it brought
  std::optional<std::vector<KeptPiece>> pieces;

  /// Every sample is stored once, and the last array tells which each is (duplicates.h).
  bool indexed() const { return distinct_samples < samples; }
  /// The arrays that the original has, the first of them.
  std::size_t original_arrays() const { return array_count - (indexed() ? 1 : 0); }
};

/// The rows of a joined file's array that stand in one of its parts, cut into chunks as that part has them.
struct KeptSegment {
  std::uint64_t first_row = 0, first_part = 0;  // within the array; of its chunks, counted over all segments
  ChunkGrid grid;

  std::uint64_t rows() const { return grid.shape.front(); }
  std::uint64_t parts() const { return grid.chunked() ? grid.count : 1; }
};

/// One array as it was written.
struct KeptArray {
  io::ArrayInfo info;
  ChunkGrid grid;
  std::uint64_t stored_bytes = 0;                  // of its chunks in the file
  std::map<std::string, std::uint64_t> pipelines;  // chunks by form
  std::uint64_t plugin_chunks = 0;                 // those that only our filter plugin decodes
  std::string xxh3;                                // of its elements: 128 bits, or the 64 of its only chunk
  NonFiniteCount non_finite;                       // of its elements
  std::optional<ArrayIntegrity> loss;              // against the original; nothing where it is exact
  /// Of an array of a joined file that stands in its parts; `grid` then has no chunks, and `xxh3` is empty, for it would
  /// take a look at all elements: the hash of every chunk tells.
  std::vector<KeptSegment> segments;

  /// Adds the next rows.
  void add_segment(ChunkGrid rows);
  /// True where the elements stand in other files.
  bool mapped() const { return !segments.empty(); }
  /// Parts that are encoded and checked one by one: its chunks, or the whole.
  std::uint64_t parts() const;
  /// Of one part, whose hash stands in the layout.
  bool alone() const { return !mapped() && parts() == 1; }
  /// Bytes of the largest chunk, or of an array without; rows (along the first axis) that it holds, or 1.
  std::uint64_t chunk_bytes() const;
  std::uint64_t chunk_rows() const;
};

struct Layout {
  std::string tool;  // "compress-dataset 0.1.0"
  std::vector<KeptInput> inputs;
  std::vector<KeptArray> arrays;  // the user's, in the order of the file, then the literals where there are any
  std::string hashes_xxh3;        // 128 bits of the chunk hashes
  std::string parts_xxh3;         // of a joined file: 64 bits of the list of its parts (joined_parts.h); else empty
  std::optional<ShardRecord> shard;  // where the file is one of several parts
  std::vector<KeptInput> whole;      // what the inputs are once all parts are joined; in the first part alone

  bool joined() const { return !parts_xxh3.empty(); }
};

/// The manifest of a file.
io::Json layout_json(const Layout& layout);
/// The reverse. Errors: Error (data, naming `where`) for anything that does not hold together. Names of inputs are checked.
Layout parse_layout(const io::Json& json, const std::string& where);

/// A name that restore() will accept, made of any: unusual characters become "_", folders are kept.
std::string harmless_name(const std::string& name);
/// True for a relative path of letters, digits, spaces, UTF-8 and ._-+=@,()~ without empty, ".", ".." or hidden parts.
bool is_harmless_name(const std::string& name);

}  // namespace daybreak::dataset
