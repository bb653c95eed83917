#pragma once
// Symbols that lie in rows, each with the odds of a context that a tree (context_tree.h) finds in the symbols around it.
//
// Bytes: the tree over 6 features; the symbols as a context stream (context_stream.h) of its leaves over four bands
// (bands.h). The features are the symbols above, above right, in the plane before or, without planes, above left, and
// two rows above; then the one on the left and, of one channel, the one left of that, of more, the channel before. Left
// means as many places as there are channels. What would lie before the array is 0, as is what lies in a band before
// but has not been decoded yet; left of a band of one channel there are zeros.
#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

struct FieldShape {
  std::size_t row = 0;       // symbols of a row
  std::size_t channels = 1;  // symbols of a pixel, not more than the row
  std::size_t plane = 0;     // symbols of a plane, at least a row; 0: the planes are not looked at
};

void write_field(const FieldShape& shape, ByteSpan symbols, ByteWriter& out);

class SymbolField {
 public:
  /// False where the bytes are no field of so many symbols.
  bool read(const FieldShape& shape, std::size_t count, ByteReader& in);
  /// Behind at least two rows of zeros.
  std::span<std::uint8_t> symbols() { return symbols_; }

 private:
  Scratch<std::uint8_t> memory_;
  std::span<std::uint8_t> symbols_;
};

}  // namespace daybreak::codecs
