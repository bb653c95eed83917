#pragma once
// Values as their places in a dictionary: sorted ("tokens"), the most frequent first ("ranked"), or sorted and of
// magnitudes ("mirrored"), the sign of a float being the lowest bit of a byte above those of its place: so that what
// repeats with other signs is seen to repeat.
//
// Bytes: the order (0, 1, 2); the number of entries (varint); the entries, as order_map.h orders them, as numbers
// (bins.h): of a sorted dictionary each less the one before, of a ranked one as they are.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

enum class TokenOrder : std::uint8_t { sorted, ranked, mirrored };

/// False where three in four values or more are different ones; mirrored, where they are no floats.
template <class Word>
bool map_tokens(TokenOrder order, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unmap_tokens(TokenOrder order, ElementType type, std::span<const Word> values, ByteReader& parameters,
                  std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
