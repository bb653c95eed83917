#pragma once
// A dataset file with its layout: what checking, restoring and inspecting need.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/layout.h"
#include "libcore/dataset/reader.h"

namespace daybreak::dataset {

/// An open file that compress-dataset wrote. Every hash that guards the layout itself is checked when it opens.
class Archive {
 public:
  /// damaged: only the layout must be whole. Samples that are stored once stay so.
  enum class Opening { whole, damaged };
  /// Errors: Error (data: no such file, or damaged; no_input).
  explicit Archive(const std::string& path, Opening opening = Opening::whole);

  const Reader& reader() const { return reader_; }
  const Layout& layout() const { return layout_; }
  /// False where the chunk hashes are damaged themselves: then only the hash of a whole array of several chunks tells.
  bool verifies_chunks() const { return verifies_chunks_; }
  /// Bytes of the file, and of the parts of a joined one.
  std::uint64_t file_bytes() const { return file_bytes_; }

  /// Bytes of array number `array` of the layout, literals included. Thread-safe. Errors as Reader::read().
  void read(std::size_t array, std::uint64_t offset_bytes, std::span<std::byte> out) const;
  /// The array as the original has it, with the rows that are stored once in all their places. Thread-safe.
  const io::ArraySource& original(std::size_t array) const;
  /// The place of a chunk; an array without chunks is one.
  ChunkPlace chunk_place(std::size_t array, std::uint64_t chunk) const;
  /// One chunk without its padding, checked against its hash. Errors: Error (data, naming array and chunk).
  std::vector<std::byte> read_chunk(std::size_t array, std::uint64_t chunk) const;
  /// The hashes of the array's chunks, in order; one of an array without chunks.
  std::vector<std::uint64_t> chunk_hashes(std::size_t array) const;
  /// The bytes of one piece that is a literal.
  std::string literal(const KeptPiece& piece) const;
  /// The attributes that an input brought, owners as in the original.
  std::vector<io::Attribute> attributes_of(const KeptInput& input) const;

 private:
  std::vector<std::byte> own_bytes(const char* name, std::uint64_t limit) const;
  void match_arrays();
  bool matches(std::size_t array, std::uint64_t chunk, std::uint64_t hash) const;
  void read_hashes(Opening opening);
  void match_parts();

  Reader reader_;
  Layout layout_;
  std::uint64_t file_bytes_ = 0;
  std::vector<std::size_t> sources_;       // of each array of the layout, indices into the file's arrays
  std::vector<std::uint64_t> first_hash_;  // of each array of the layout
  std::vector<std::uint64_t> hashes_;
  bool verifies_chunks_ = true;
};

}  // namespace daybreak::dataset
