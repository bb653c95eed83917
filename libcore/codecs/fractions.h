#pragma once
// Floats of 64 bits that are fractions of one unit, whose denominators differ: means of integers over groups of
// different size, shares, rates. Value = m / d * unit, rounded twice, and then so many of the last place further.
//
// Bytes: the unit (8 bytes); the least whole part (varint, zigzag); the number of other values (varint) and their
// bits (8 bytes each); of every value, as numbers (bins.h), its denominator d (0: one of the other values) and the
// whole part of m / d, rounded down, less the least; as symbols (symbols.h), whose contexts are min(d, 63), its last
// places + 8; a block of fields and one of further bits (bit_stream.h), which hold the rests m mod d: with k the bits
// of d less one and u = 2^(k + 1) - d, a rest r < u is a field of k bits, any other one a field of (r + u) / 2 and a
// further bit of (r + u) mod 2 (a truncated binary code).
#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// False where the elements, of 64 bits, are no such fractions, or all denominators are one.
bool write_fractions(ByteSpan data, ByteWriter& out);
bool read_fractions(ByteReader& in, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
