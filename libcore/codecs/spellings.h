#pragma once
// The words of a text as strings of bytes in rising order: what each shares with the one before, and its own end.
//
// Bytes: the number of words (varint); how many bytes each shares with the one before and how many follow, as symbol
// streams (symbols.h), the latter in the context of the former; the bytes that follow, as a context stream
// (context_stream.h) in the context of the two bytes before each in its word (spelling_context()).
#include <string_view>
#include <vector>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

constexpr std::size_t kLongestWord = 63;

/// Words of 1 to kLongestWord bytes, in rising order of their bytes.
void write_spellings(const std::vector<std::string_view>& words, ByteWriter& out);

struct Spellings {
  Bytes bytes;                        // word after word, and kLongestWord more
  std::vector<std::uint32_t> starts;  // of each word, and the end
};
/// False where the bytes are none, or name more than `most` bytes.
bool read_spellings(ByteReader& in, std::size_t most, Spellings& spellings);

}  // namespace daybreak::codecs
