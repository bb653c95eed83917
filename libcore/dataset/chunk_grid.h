#pragma once
// How an array is cut into chunks: whole rows, about a mebibyte each, and every chunk one run of bytes in C order.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/io/array.h"

namespace daybreak::dataset {

/// A chunk's place: the element where it begins, and its run of bytes within the array.
struct ChunkPlace {
  io::Shape first;                 // indices of its first element
  std::uint64_t offset_bytes = 0;  // within the array
  std::uint64_t valid_bytes = 0;   // what lies within the array; the rest of the chunk is zero
};

/// The grid of one array. A scalar, an array without elements and one that no codec makes smaller have no chunks and are
/// stored whole.
struct ChunkGrid {
  io::Shape shape, chunk;  // chunk: extents of one chunk, the same rank as shape; empty where not chunked
  std::size_t axis = 0;    // the dimension that is cut: chunks have extent 1 before it and are whole behind it
  std::uint64_t element_bytes = 1;
  std::uint64_t chunk_bytes = 0;  // of one whole chunk
  std::uint64_t count = 0;        // chunks

  bool chunked() const { return !chunk.empty(); }
  /// Chunk number `ordinal`, in C order.
  ChunkPlace place(std::uint64_t ordinal) const;
  /// The chunk that holds the byte at that offset within the array.
  std::uint64_t ordinal_at(std::uint64_t offset_bytes) const;
};

/// Cuts an array into chunks of at most `target_bytes`. A row (all but the first extent) is cut only where it is longer
/// than four times that. Chunks of one array are as even as whole rows allow.
ChunkGrid make_grid(const io::ArrayInfo& array, std::uint64_t target_bytes);

/// The grid of an array that is stored whole.
ChunkGrid whole_grid(const io::ArrayInfo& array);

/// The grid of an array whose chunks have the given extents, as make_grid() cuts them; empty: not chunked. Error (data,
/// naming `where`) for extents that make_grid() could not have made.
ChunkGrid grid_of_chunks(const io::ArrayInfo& array, const io::Shape& chunk, const std::string& where);

}  // namespace daybreak::dataset
