#include "libcore/codecs/phrases.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/phrase_walk.h"
#include "libcore/codecs/phrase_words.h"
#include "libcore/codecs/serial_decoder.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kMostWords = kNoWord;
constexpr std::size_t kFew = 2, kMany = 16;  // lanes

/// The words of the text as numbers, and what stands for them.
template <class Word>
bool number_words(std::span<const Word> values, Words<Word>& listed, std::vector<WordNumber>& text) {
  listed = sorted_copy(values);
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  if (listed.size() > kMostWords || 4 * listed.size() >= 3 * values.size()) return false;
  for (const Word value : values)
    text.push_back(static_cast<WordNumber>(std::lower_bound(listed.begin(), listed.end(), value) - listed.begin()));
  return true;
}

/// A text as guesses and words told, in the order of the walk.
struct Told {
  Bytes guesses;
  std::vector<std::uint16_t> contexts;  // of the guesses
  std::vector<WordPair> pairs;
};

template <std::size_t kLanes>
Told tell_words(const std::vector<WordNumber>& text, std::size_t vocabulary) {
  Told told;
  PhraseWalk<kLanes> walk(text.size(), vocabulary);
  walk.run([&](const auto& guesses, std::size_t place, auto& words) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& guessed = guesses.words[lane];
      const std::size_t at = place + lane * walk.stretch();
      const WordNumber word = words[lane] = at < text.size() ? text[at] : 0;
      std::uint8_t right = 0;
      while (right < kGuesses && guessed[right] != word) ++right;
      told.guesses.push_back(right);
      told.contexts.push_back(static_cast<std::uint16_t>(guesses.contexts[lane]));
      if (right == kGuesses) told.pairs.push_back({static_cast<WordNumber>(guesses.last[lane]), word});
    }
  });
  return told;
}

void write_stream(std::size_t contexts, ByteSpan symbols, const std::vector<std::uint16_t>& contexts_of,
                  ByteWriter& out) {
  ContextCollector collector(symbols.size(), contexts);
  for (std::size_t i = 0; i < symbols.size(); ++i) collector.put(contexts_of[i], symbols[i]);
  collector.write(out);
}

void write_told(const Told& told, const WordClasses& classes, ByteSpan kinds, ByteWriter& out) {
  const WordRanks ranks(classes.own, kinds);
  std::vector<std::uint32_t> rank_of(kinds.size()), told_ranks;
  for (std::size_t i = 0; i < rank_of.size(); ++i)
    rank_of[ranks.words[i]] = static_cast<std::uint32_t>(i) - ranks.starts[classes.own[ranks.words[i]]];
  Bytes own;
  std::vector<std::uint16_t> before;
  for (const WordPair& pair : told.pairs) {
    told_ranks.push_back(rank_of[pair.word]);
    own.push_back(classes.own[pair.word]);
    before.push_back(classes.before[pair.before]);
  }
  const Bins<std::uint32_t> bins = magnitude_bins<std::uint32_t>();
  const Bytes told_bins = find_bins<std::uint32_t>(told_ranks, bins);
  out.varint(told.pairs.size());
  write_stream(kGuessContexts, told.guesses, told.contexts, out);
  write_stream(kWordClasses, own, before, out);
  write_stream(kWordClasses, told_bins, {own.begin(), own.end()}, out);
  write_offsets<std::uint32_t>(told_ranks, told_bins, bins, out);
}

/// What tells the words that no guess has.
class RankReader {
 public:
  RankReader(const WordClasses& classes, ByteSpan kinds, ByteSpan offsets)
      : ranks_(classes.own, kinds), offsets_(offsets) {
    const Bins<std::uint32_t> bins = magnitude_bins<std::uint32_t>();
    std::copy(bins.begin(), bins.end(), bins_.begin());
  }
  bool usable() const { return offsets_.usable(); }
  bool finished() const { return sound_ && offsets_.finished(); }
  WordNumber word(std::uint8_t own, std::uint8_t bin) {
    const Bin<std::uint32_t> ranks = bins_[bin];
    const std::size_t place = std::size_t{ranks_.starts[own % kWordClasses]} + ranks.lower + offsets_.get(ranks.width);
    sound_ &= place < ranks_.words.size();
    return ranks_.words[std::min(place, ranks_.words.size() - 1)];
  }

 private:
  WordRanks ranks_;
  std::array<Bin<std::uint32_t>, 256> bins_{};
  BitReader offsets_;
  bool sound_ = true;
};

template <std::size_t kLanes, class Word>
bool read_told(ByteReader& in, const PhraseWords<Word>& words, std::span<Word> values) {
  PhraseWalk<kLanes> walk(values.size(), words.listed.size());
  const auto told = static_cast<std::size_t>(in.varint(walk.size()));
  SerialDecoder guess, own, bin;
  if (!guess.open(in, walk.size(), kGuessContexts) || !own.open(in, told, kWordClasses) ||
      !bin.open(in, told, kWordClasses))
    return false;
  RankReader ranks(words.classes, words.kinds, in.block());
  if (!ranks.usable()) return false;
  const std::uint8_t* const before = words.classes.before.data();
  std::uint16_t most = 0;
  const auto last = static_cast<WordNumber>(words.listed.size() - 1);
  walk.run([&](auto& guesses, std::size_t, auto& told_words) {
    // The lanes whose words are told, one after the other: nothing branches on a single one.
    std::array<std::uint8_t, kLanes> right, told_lanes, classes, bins;
    std::size_t count = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      right[lane] = guess.next(guesses.contexts[lane]) % 8;
      told_lanes[count] = static_cast<std::uint8_t>(lane);
      count += right[lane] == kGuesses;
    }
    for (std::size_t i = 0; i < count; ++i) classes[i] = own.next(before[guesses.last[told_lanes[i]]]) % kWordClasses;
    for (std::size_t i = 0; i < count; ++i) bins[i] = bin.next(classes[i]);
    for (std::size_t i = 0; i < count; ++i) guesses.words[told_lanes[i]][kGuesses] = ranks.word(classes[i], bins[i]);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const WordNumber word = guesses.words[lane][right[lane]];
      most = std::max(most, word);
      told_words[lane] = std::min(word, last);
    }
  });
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = words.listed[walk.text()[i]];
  return most <= last && guess.finished() && own.finished() && bin.finished() && ranks.finished();
}

}  // namespace

template <class Word>
bool write_phrases(std::span<const Word> values, ByteWriter& out) {
  PhraseWords<Word> words;
  std::vector<WordNumber> text;
  if (values.empty() || !number_words(values, words.listed, text)) return false;
  Told told = tell_words<kMany>(text, words.listed.size());
  Told few = tell_words<kFew>(text, words.listed.size());
  // What stands close by is known to few lanes alone. They are worth their slowness where they leave a good deal less.
  constexpr std::size_t kShare = 20;
  const bool many = (kShare - 1) * told.pairs.size() <= kShare * few.pairs.size();
  if (!many) told = std::move(few);
  std::vector<std::uint32_t> counts(words.listed.size());
  for (const WordPair& pair : told.pairs) ++counts[pair.word];
  for (const std::uint32_t count : counts) words.kinds.push_back(word_kind(count));
  words.classes = find_word_classes(told.pairs, words.kinds);
  out.byte(many ? kMany : kFew);
  words.write(out);
  write_told(told, words.classes, words.kinds, out);
  return true;
}

template <class Word>
bool read_phrases(ByteReader& in, std::span<Word> values) {
  const std::size_t lanes = in.byte();
  PhraseWords<Word> words;
  if (values.empty() || (lanes != kFew && lanes != kMany) || !words.read(in, std::min(values.size(), kMostWords)) ||
      words.listed.empty())
    return false;
  return lanes == kMany ? read_told<kMany>(in, words, values) : read_told<kFew>(in, words, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                 \
  template bool write_phrases(std::span<const Word>, ByteWriter&); \
  template bool read_phrases(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
