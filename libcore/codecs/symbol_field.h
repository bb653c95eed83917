#pragma once
// Symbols that lie in rows, each with the odds of a context that a tree (context_tree.h) finds in the symbols around
// it. They are walked in bands of rows, place by place and at each place band by band: a processor works on the bands
// side by side although each symbol waits for the one before it.
//
// Bytes: the bands (4, 8, 16 or 32), and 64 * the logarithm of the strips (1 byte in all); the tree over 6 features;
// tables and map of its leaves (context_tables.h); a block of rANS (rans.h) whose symbols lie in the order of the walk.
// Bands are of whole rows; the first ones have a row more where the rows do not come out even. The features are the
// symbols above, above right, in the plane before or, without planes, above left, and two rows above; then the one on
// the left and, of one channel, the one left of that, of more, the channel before. Left means as many places as there
// are channels. What would lie before the band is 0.
//
// Where few long rows would make few bands, they are cut into 2, 4 or 8 pieces; the pieces of one place, a strip, come
// one after the other before those of the next, and all of the above is about them as if they were rows.
#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

struct FieldShape {
  std::size_t row = 0;       // symbols of a row
  std::size_t channels = 1;  // symbols of a pixel, not more than the row
  std::size_t plane = 0;     // symbols of a plane, at least a row; 0: the planes are not looked at
};

void write_field(const FieldShape& shape, ByteSpan symbols, ByteWriter& out);
/// False where the bytes are no field of so many symbols.
bool read_field(const FieldShape& shape, ByteReader& in, std::span<std::uint8_t> symbols);

}  // namespace daybreak::codecs
