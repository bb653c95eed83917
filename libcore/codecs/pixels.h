#pragma once
// Up to 256 different values whose odds depend on those around: images of bytes, and what a map made as small.
//
// Bytes: the mode (1 byte), the channels (1 byte, 1 to 4), elements of a row (varint, at least the channels); the
// symbols as a context stream (context_stream.h) over four bands (bands.h). W, N, NW and NE are the values one pixel to
// the left, above, and so on; what would lie before the band is 0.
//   mode 0, values:  the symbol is the value; the context is made of the classes of W and N (6 each, starting at 0, 1,
//   64, 160,
//                    224 and 253), NW and NE (5: 0, 1, 64, 192, 252) and NN, two rows up (4: 0, 1, 64, 200):
//                    (((W * 6 + N) * 5 + NW) * 5 + NE) * 4 + NN
//   mode 1, photographs:  the symbol is the value less a guess, modulo 256. The guess is the median of W, N and W + N -
//   NW
//                    (median.h), shifted in every channel but the first by what the channel before it was off, within
//                    0 to 255. The context is 9 * (9 * class(W - NW) + class(N - NW)) + class(NE - N), times 5, plus
//                    the class of what the channel before was off (0 in the first); see pixels.cpp for these classes.
#include "libcore/codecs/array_shape.h"
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False for an array without rows, or with a value above 255.
template <class Word>
bool write_pixels(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_pixels(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
