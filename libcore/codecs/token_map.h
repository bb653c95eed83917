#pragma once
// Values as their places in a dictionary: sorted ("tokens"), or the most frequent first ("ranked").
//
// Bytes: the number of entries (varint); the entries, as order_map.h orders them, as numbers (bins.h): of a sorted
// dictionary, which a first byte 0 names, each less the one before; of a ranked one (1) as they are.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where three in four values or more are different ones.
template <class Word>
bool map_tokens(bool ranked, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters);
template <class Word>
bool unmap_tokens(ElementType type, std::span<const Word> values, ByteReader& parameters, std::span<std::uint8_t> out);

}  // namespace daybreak::codecs
