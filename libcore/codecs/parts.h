#pragma once
// An array in parts, each with the pipeline that suits it best: the columns of a table (the last dimension), or
// stretches of an array whose kind of numbers changes on the way.
//
// Bytes: of columns their number (varint), the first column being of the elements 0, c, 2c, ...; of stretches, before
// each of them, its number of elements (varint). A part is its map, prediction and code (3 bytes), then a block with
// what these write.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"

namespace daybreak::codecs {

constexpr std::size_t kMostColumns = 64;
constexpr std::size_t kFewestStretched = 8192;

/// False where the array has no few, long columns.
template <class Word>
bool write_columns(ElementType type, const ArrayShape& shape, ByteSpan data, ByteWriter& out);
template <class Word>
bool read_columns(ElementType type, ByteReader& in, std::span<std::uint8_t> out);

/// False where one pipeline serves all of the array, or it is short.
template <class Word>
bool write_stretches(ElementType type, ByteSpan data, ByteWriter& out);
template <class Word>
bool read_stretches(ElementType type, ByteReader& in, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
