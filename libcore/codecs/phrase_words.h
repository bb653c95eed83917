#pragma once
// The words of a text as numbers in rising order, and what is known of them before the text: kinds, classes, ranks.

#include "libcore/codecs/element_words.h"
#include "libcore/codecs/word_classes.h"

namespace daybreak::codecs {

template <class Word>
struct PhraseWords {
  Words<Word> listed;  // rising
  Bytes kinds;         // by how often a word is told: 0 for once or never, then two an octave
  WordClasses classes;

  void write(ByteWriter& out) const;
  /// At most `most` words. False where the bytes are none.
  bool read(ByteReader& in, std::size_t most);
};

/// The kind of a word that is told so often.
std::uint8_t word_kind(std::uint32_t told);

/// The words of each class by their rank: from the most frequent kind down, in rising order where that is the same.
struct WordRanks {
  WordRanks(const Bytes& classes, ByteSpan kinds);
  std::vector<WordNumber> words;      // class by class
  std::vector<std::uint32_t> starts;  // of each class, and the end
};

}  // namespace daybreak::codecs
