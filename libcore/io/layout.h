#pragma once
// Byte order and storage order: from how a file has an array to little-endian C order, and back.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "libcore/io/array.h"
#include "libcore/io/array_file.h"

namespace daybreak::io {

/// Reads the bytes from `offset` on of an array as it is stored.
using ReadBytes = std::function<void(std::uint64_t offset, std::span<std::byte> out)>;
/// Takes the next bytes of an output.
using WriteBytes = std::function<void(std::span<const std::byte> bytes)>;

/// Reverses the bytes of every element in place. `bytes` holds whole elements of 1 (nothing to do), 2, 4 or 8 bytes.
void swap_bytes(std::span<std::byte> bytes, std::size_t element_bytes);

/// Elements [first, first + count) in C order of an array of that shape, of which `stored` holds the column-major bytes.
/// `out` takes count * element_bytes bytes. Memory: one block of 256 KiB. Thread-safe where `stored` is.
void read_transposed(const Shape& shape, std::size_t element_bytes, std::uint64_t first, std::uint64_t count,
                     std::span<std::byte> out, const ReadBytes& stored);

/// Bytes [offset, offset + out.size()) in little-endian C order of an array that is stored as told; offset and length need
/// not be whole elements.
void read_laid_out(const ArrayInfo& info, bool big_endian, bool column_major, std::uint64_t offset,
                   std::span<std::byte> out, const ReadBytes& stored);

/// Gives the array of that index among those of a file.
using SourceOf = std::function<const ArraySource&(std::int64_t array)>;

/// Writes one piece of an original file: its literal, or the elements of its arrays laid out again as the piece says. Its
/// runs and records lie within the arrays. Memory: 32 MiB.
void write_laid_out(const Piece& piece, const SourceOf& source_of, const WriteBytes& write);

}  // namespace daybreak::io
