#pragma once
// Integers as bytes, and what repeats in them by zstd (RFC 8878): the code for data that holds the same phrases again,
// which no prediction sees.
//
// Bytes: the layout (1 byte); the bytes of an integer (1 byte); the number of bytes before zstd (varint); then a frame
// of zstd. Layouts:
//   0 whole    integers of w bytes, the lowest byte first
//   1 planes   the highest byte of all of them, then the next
//   2 lengths  w = 3; an integer v in 1 byte  v                                    for v < 208
//                     2 bytes  208 + s div 256, s mod 256                         for s = v - 208 < 10240
//                     3 bytes  248 + s div 65536, s div 256 mod 256, s mod 256    for s = v - 10448 < 524288
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where zstd fails, which it does for want of memory.
template <class Word>
bool write_zstd(std::span<const Word> values, ByteWriter& out);
template <class Word>
bool read_zstd(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
