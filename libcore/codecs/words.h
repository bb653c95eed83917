#pragma once
// A text of bytes as words: letters with the blank before them, digits, blanks, other signs. The reader takes any
// strings for words.
//
// Bytes: the words (spellings.h), the number of words in the text (varint), and their places in that list (phrases.h).
#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// False where the bytes are no text, or its words seldom repeat.
bool write_words(ByteSpan text, ByteWriter& out);
/// False where the bytes are not what write_words() makes of so many bytes.
bool read_words(ByteReader& in, std::span<std::uint8_t> text);

}  // namespace daybreak::codecs
