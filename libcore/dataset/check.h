#pragma once
// Is a dataset file whole, and does it hold what the originals hold?
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

/// Bytes of all arrays once decoded, literals included.
std::uint64_t total_bytes(const Layout& layout);

/// Reads every chunk of an array of the layout, verifies its hash, and returns the hash of all (Hash128::hex()). Errors:
/// Error (data, naming array and chunk).
std::string checked_hash(const Archive& archive, std::size_t array, const Surroundings& around);

/// Reads every chunk and verifies its hash, and the hash of every array. Returns the chunks. Errors: Error (data,
/// naming array and chunk).
std::uint64_t check_chunks(const Archive& archive, const Surroundings& around);

/// A chunk that cannot be read, or not as it was written.
struct LostChunk {
  std::size_t array = 0;  // of the layout
  std::uint64_t chunk = 0;
  std::uint64_t offset_bytes = 0, bytes = 0;  // what it held of the array
  std::string reason;
};

/// The same as check_chunks() of one array.
void check_array(const Archive& archive, std::size_t array, const Surroundings& around);

/// Reads every chunk, and goes on where one is damaged. Returns those that are, in order.
std::vector<LostChunk> find_lost_chunks(const Archive& archive, const Surroundings& around);

/// Where a file and an original first differ.
struct Difference {
  std::string array;                     // the file's name of it
  std::string what;                      // for people
  std::optional<std::uint64_t> element;  // in C order; nothing where type, shape or presence differ
};

/// Compares every array of `original` with the array of the same name among those of `input`: by bytes, so that NaNs
/// compare by their bits; an array that was rounded by whether it keeps as much as its file says. Nothing where all do.
std::optional<Difference> compare(const Archive& archive, const KeptInput& input, const io::ArrayFile& original,
                                  const Surroundings& around);

}  // namespace daybreak::dataset
