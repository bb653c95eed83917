#pragma once
// Words of a text, as tokenizers number them: guessed by the words before (phrase_walk.h), or else told by a class
// and a rank in it, the odds of the class by the word before. Words are the distinct values in rising order.
//
// Bytes: the lanes of the walk (1 byte: 2 or 16); the number of words (varint) and the words, each less the one before,
// as numbers (bins.h); for each word, as symbol streams (symbols.h): its kind by how often it is told (0: once or
// never, then two an octave), its own class, and the class that it is before others, their odds by the kind. How many
// words are told (varint). Three context streams (context_stream.h) in the order of the walk: which guess is right of
// each word, kGuesses where none is; of each word told its class, in the context of the class before it, and the bin of
// its rank (magnitude_bins() of bins.h), in the context of its class. Last the offsets in the bins (bins.h). The words
// of a class are ranked from the most frequent kind down, in rising order where that is the same. The walk ends after
// some words 0 that stand behind the text.
#include "libcore/codecs/element_words.h"

namespace daybreak::codecs {

/// False where there are too many distinct values.
template <class Word>
bool write_phrases(std::span<const Word> values, ByteWriter& out);
/// False where the bytes are not what write_phrases() makes of so many values.
template <class Word>
bool read_phrases(ByteReader& in, std::span<Word> values);

}  // namespace daybreak::codecs
