#pragma once
// The arrays of a dataset file, read by position: for training, checking and restoring. The file is not trusted: it is
// parsed behind the guard of io, and every chunk is decoded by bounded decoders.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

/// An open dataset file (.h5), as compress-dataset writes it, also one that was joined of parts, which must lie in its
/// folder or below and be the same as then; other HDF5 files of plain arrays are read too.
/// Cost: opening reads the structure of the file only; a read decodes the chunks that it touches, and the last few
/// decoded chunks are kept (64 MiB of all open files together).
class Reader {
 public:
  /// A read that touches several chunks decodes them on up to `threads` threads.
  /// Errors: Error (no_input; data, naming what is malformed; unavailable where the guard cannot be set up).
  explicit Reader(const std::string& path, std::int64_t threads = 1);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// How messages call the file.
  const std::string& name() const;
  /// The other files that rows of a joined file stand in, as paths that open them; messages call them so too.
  std::vector<std::string> part_paths() const;
  /// The arrays that the user gave, ordered by name; what the tool keeps for itself (/_daybreak) is not among them.
  const std::vector<io::ArrayInfo>& arrays() const;
  /// The index of the array of that name, or nothing.
  std::optional<std::size_t> find(std::string_view name) const;

  /// Fills `out` with the bytes [offset_bytes, offset_bytes + out.size()) of the array: little-endian elements in C
  /// order, wherever the chunks lie. Thread-safe. Errors: Error (data, naming array and chunk, for a damaged chunk or a
  /// range that leaves the array).
  void read(std::size_t array, std::uint64_t offset_bytes, std::span<std::byte> out) const;

  /// All attributes of the arrays, groups and the file.
  const std::vector<io::Attribute>& attributes() const;
  /// The attribute as text; nothing where it is absent or no text. owner: an array's name, "" for the file.
  std::optional<std::string> text_attribute(std::string_view owner, std::string_view attribute) const;
  /// The attribute as a non-negative integer; nothing where it is absent or no such number.
  std::optional<std::uint64_t> integer_attribute(std::string_view owner, std::string_view attribute) const;

 private:
  friend class Archive;  // what compress-dataset keeps beside the arrays
  /// Unless `expands`, arrays that hold every sample once, and the indices that go with them, are as they are stored.
  Reader(const std::string& path, std::int64_t threads, bool expands);
  void read_parts();
  struct State;
  std::unique_ptr<State> state_;
};

/// The index of the one token stream of a dataset: the array whose attribute role is "tokens"; else the only array that
/// is 1-D and of an unsigned 8-, 16- or 32-bit type. Errors: Error (data, naming the arrays that are there).
std::size_t token_array_index(const Reader& reader);
/// reader.arrays()[token_array_index(reader)].
const io::ArrayInfo& token_array(const Reader& reader);
/// How many different tokens the stream may hold: the attribute vocabulary_size; 256 for bytes; nothing where unknown.
std::optional<std::uint64_t> vocabulary_size(const Reader& reader, std::size_t array);
/// Elements [first, first + out.size()) of a token stream, whatever its width. Error (data) as Reader::read().
void read_tokens(const Reader& reader, std::size_t array, std::uint64_t first, std::span<std::uint32_t> out);

}  // namespace daybreak::dataset
