#pragma once
// Words that behave alike: two classes for each word of a text, by what it stands after, and by what stands after it.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/phrase_walk.h"

namespace daybreak::codecs {

constexpr std::size_t kWordClasses = 64;

struct WordClasses {
  Bytes own;     // which words a word shares its odds with
  Bytes before;  // which odds it gives to the word after it
};

/// A word, and the one before it.
struct WordPair {
  WordNumber before, word;
};

/// Classes for which the pairs cost little: each word goes, again and again, where it costs least among the others.
/// `kinds` are known for each word before its classes (below 256): classes are the cheaper to name the more of a kind
/// have them.
WordClasses find_word_classes(std::span<const WordPair> pairs, ByteSpan kinds);

}  // namespace daybreak::codecs
