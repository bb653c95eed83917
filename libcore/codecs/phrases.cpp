#include "libcore/codecs/phrases.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/lane_stream.h"
#include "libcore/codecs/phrase_walk.h"
#include "libcore/codecs/phrase_words.h"
#include "libcore/codecs/serial_decoder.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kMostWords = kNoWord;
constexpr std::size_t kNarrow = 2, kWide = 32;  // lanes
constexpr std::size_t kNotTold = kWordClasses;  // the context of nothing, where lanes go side by side
constexpr std::size_t kClassContexts = kWordClasses + 1;

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
  walk.run([&](const auto& guesses, std::size_t step, auto& words) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t at = step + lane * walk.steps();
      const WordNumber word = words[lane] = at < text.size() ? text[at] : 0;
      std::uint8_t right = 0;
      while (right < kGuesses && guesses.words[right][lane] != word) ++right;
      told.guesses.push_back(right);
      told.contexts.push_back(guesses.contexts[lane]);
      if (right == kGuesses) told.pairs.push_back({guesses.last[lane], word});
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

void write_told(const Told& told, bool wide, const WordClasses& classes, ByteSpan kinds, ByteWriter& out) {
  const WordRanks ranks(classes.own, kinds);
  std::vector<std::uint32_t> rank_of(kinds.size()), told_ranks;
  for (std::size_t i = 0; i < rank_of.size(); ++i)
    rank_of[ranks.words[i]] = static_cast<std::uint32_t>(i) - ranks.starts[classes.own[ranks.words[i]]];
  for (const WordPair& pair : told.pairs) told_ranks.push_back(rank_of[pair.word]);
  const Bins<std::uint32_t> bins = magnitude_bins<std::uint32_t>();
  const Bytes told_bins = find_bins<std::uint32_t>(told_ranks, bins);
  Bytes own, bin;
  std::vector<std::uint16_t> before, of_bin;
  for (std::size_t i = 0, next = 0; i < told.guesses.size(); ++i) {
    const bool is_told = told.guesses[i] == kGuesses;
    if (!is_told && !wide) continue;
    own.push_back(is_told ? classes.own[told.pairs[next].word] : 0);
    bin.push_back(is_told ? told_bins[next] : 0);
    before.push_back(is_told ? classes.before[told.pairs[next].before] : kNotTold);
    of_bin.push_back(is_told ? own.back() : kNotTold);
    next += is_told;
  }
  if (!wide) out.varint(told.pairs.size());
  write_stream(kGuessContexts, told.guesses, told.contexts, out);
  write_stream(kClassContexts, own, before, out);
  write_stream(kClassContexts, bin, of_bin, out);
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

/// The streams of the words, one by one.
struct NarrowReader {
  static constexpr std::size_t kLanes = kNarrow;
  SerialDecoder guess, own, bin;
  bool open(ByteReader& in, std::size_t count) {
    const auto told = static_cast<std::size_t>(in.varint(count));
    return guess.open(in, count, kGuessContexts) && own.open(in, told, kClassContexts) &&
           bin.open(in, told, kClassContexts);
  }
  bool finished() const { return guess.finished() && own.finished() && bin.finished(); }
  template <class Guesses>
  void read(Guesses& guesses, ByteSpan before, RankReader& ranks, std::array<WordNumber, kLanes>& words) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::uint8_t right = guess.next(guesses.contexts[lane]) % 8;
      if (right == kGuesses) {
        const std::uint8_t one = own.next(before[guesses.last[lane]]) % kWordClasses;
        guesses.words[kGuesses][lane] = ranks.word(one, bin.next(one));
      }
      words[lane] = guesses.words[right][lane];
    }
  }
};

/// The same where all lanes go side by side: words that a guess has are told too, as nothing.
struct WideReader {
  static constexpr std::size_t kLanes = kWide;
  LaneReader guess, own, bin;
  bool open(ByteReader& in, std::size_t) {
    return guess.open(in, kGuessContexts) && own.open(in, kClassContexts) && bin.open(in, kClassContexts);
  }
  bool finished() const { return guess.finished() && own.finished() && bin.finished(); }
  template <class Guesses>
  void read(Guesses& guesses, ByteSpan before, RankReader& ranks, std::array<WordNumber, kLanes>& words) {
    std::array<std::uint8_t, kLanes> right, own_class, rank;
    std::array<std::uint16_t, kLanes> contexts;
    guess.get(guesses.contexts, right);
    for (std::size_t lane = 0; lane < kLanes; ++lane) contexts[lane] = before[guesses.last[lane]];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      contexts[lane] = right[lane] < kGuesses ? std::uint16_t{kNotTold} : contexts[lane];
    own.get(contexts, own_class);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      own_class[lane] %= kWordClasses;
      contexts[lane] = right[lane] < kGuesses ? std::uint16_t{kNotTold} : std::uint16_t{own_class[lane]};
    }
    bin.get(contexts, rank);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      guesses.words[kGuesses][lane] = ranks.word(own_class[lane], rank[lane]);
    for (std::size_t lane = 0; lane < kLanes; ++lane) words[lane] = guesses.words[right[lane] % 8][lane];
  }
};

template <class Reader, class Word>
bool read_told(ByteReader& in, const PhraseWords<Word>& words, std::span<Word> values) {
  Reader reader;
  PhraseWalk<Reader::kLanes> walk(values.size(), words.listed.size());
  if (!reader.open(in, walk.steps() * Reader::kLanes)) return false;
  RankReader ranks(words.classes, words.kinds, in.block());
  if (!ranks.usable()) return false;
  std::uint16_t most = 0;
  const auto last = static_cast<WordNumber>(words.listed.size() - 1);
  walk.run([&](auto& guesses, std::size_t, auto& told) {
    reader.read(guesses, words.classes.before, ranks, told);
    for (WordNumber& word : told) {
      most = std::max(most, word);
      word = std::min(word, last);
    }
  });
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = words.listed[walk.text()[i]];
  return most <= last && reader.finished() && ranks.finished();
}

}  // namespace

template <class Word>
bool write_phrases(std::span<const Word> values, ByteWriter& out) {
  PhraseWords<Word> words;
  std::vector<WordNumber> text;
  if (values.empty() || !number_words(values, words.listed, text)) return false;
  Told told = tell_words<kWide>(text, words.listed.size());
  Told narrow = tell_words<kNarrow>(text, words.listed.size());
  // What stands close by is known to few lanes alone. They are worth their slowness where they leave a good deal less.
  constexpr std::size_t kShare = 20;
  const bool wide = (kShare - 1) * told.pairs.size() <= kShare * narrow.pairs.size();
  if (!wide) std::swap(told, narrow);
  std::vector<std::uint32_t> counts(words.listed.size());
  for (const WordPair& pair : told.pairs) ++counts[pair.word];
  for (const std::uint32_t count : counts) words.kinds.push_back(word_kind(count));
  words.classes = find_word_classes(told.pairs, words.kinds);
  out.byte(wide ? kWide : kNarrow);
  words.write(out);
  write_told(told, wide, words.classes, words.kinds, out);
  return true;
}

template <class Word>
bool read_phrases(ByteReader& in, std::span<Word> values) {
  const std::size_t lanes = in.byte();
  PhraseWords<Word> words;
  if (values.empty() || (lanes != kNarrow && lanes != kWide) || !words.read(in, std::min(values.size(), kMostWords)) ||
      words.listed.empty())
    return false;
  return lanes == kWide ? read_told<WideReader>(in, words, values) : read_told<NarrowReader>(in, words, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                 \
  template bool write_phrases(std::span<const Word>, ByteWriter&); \
  template bool read_phrases(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
