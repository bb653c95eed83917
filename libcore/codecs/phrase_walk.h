#pragma once
// What the next word of a text may be, by the words before it: the one that followed when three words last stood in a
// row like this, those that followed the last two words, and those that followed the last one. Writer and reader make
// the same guesses.
//
// The text is walked in lanes, a word of each in turn, so that a processor works on several words at once although each
// waits for those before it in its lane. What one lane has learned, all know from then on. Lanes lie close together, so
// that what stands close by is known to all of them: the text is cut into blocks of as many stretches as there are
// lanes.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {

/// Words are numbers below kNoWord.
using WordNumber = std::uint16_t;
constexpr WordNumber kNoWord = 0xFFFF;

constexpr unsigned kFollowers = 3;                    // after one word, and after two
constexpr std::size_t kGuesses = 1 + 2 * kFollowers;  // the likeliest first
constexpr unsigned kMatchClasses = 8, kSureness = 5;
constexpr std::size_t kGuessContexts = kMatchClasses * 2 * kSureness * kSureness;

/// The words that came last after a context, 16 bits each from the lowest up, and above them a tag: how sure the first
/// is (4 bits), and a mark of the context (12 bits), as contexts share places of a table. The first word stays there
/// until others came more often.
class Followers {
 public:
  static constexpr std::uint32_t kMostMark = 0xFFF;

  WordNumber first() const { return static_cast<WordNumber>(held_); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(held_ >> kCountShift & kMostCounted); }
  /// Nothing stays unless it has this mark.
  void keep(std::uint32_t mark) {
    const std::uint64_t other = mask(held_ >> kMarkShift != mark),
                        nothing = kNothing | std::uint64_t{mark} << kMarkShift;
    held_ ^= (held_ ^ nothing) & other;
  }
  /// Writes the words, and one more that is none.
  void list(WordNumber* to) const {
    if constexpr (std::endian::native == std::endian::little)
      std::memcpy(to, &held_, sizeof held_);
    else
      for (unsigned i = 0; i < kFollowers; ++i) to[i] = static_cast<WordNumber>(held_ >> (16 * i));
  }
  /// Without a branch, for nobody foresees one.
  void add(WordNumber word) {
    const std::uint64_t count = held_ >> kCountShift & kMostCounted;
    const std::uint64_t first = held_ & kOneWord, rest = held_ >> 16 & 0xFFFF'FFFF;
    const std::uint64_t second_too = mask((rest & kOneWord) == word);
    const std::uint64_t third = (rest >> (16 & second_too)) & kOneWord;  // what is left behind the new second one
    const std::uint64_t swapped = (first ^ word) & mask(count == 0);
    const std::uint64_t tag = (held_ >> kCountShift << kCountShift) - (kOne & mask(count > 0));
    const std::uint64_t wrong = (first ^ swapped) | (word ^ swapped) << 16 | third << 32 | tag;
    const std::uint64_t right = held_ + (kOne & mask(count < kMostCounted));
    held_ = wrong ^ ((wrong ^ right) & mask(first == word));
  }

 private:
  static constexpr unsigned kCountShift = 48, kMarkShift = 52;
  static constexpr std::uint64_t kNothing = 0xFFFF'FFFF'FFFF, kMostCounted = 15, kOneWord = 0xFFFF;
  static constexpr std::uint64_t kOne = std::uint64_t{1} << kCountShift;

  static std::uint64_t mask(bool is) { return 0 - std::uint64_t{is}; }

  std::uint64_t held_ = kNothing;
};

template <std::size_t kLanes>
class PhraseWalk {
 public:
  template <class T>
  using PerLane = std::array<T, kLanes>;
  /// What is known before a step.
  struct Guesses {
    PerLane<std::array<WordNumber, kGuesses + 1>> words;  // the last place is for a word told
    PerLane<std::uint32_t> contexts;                      // how sure they are, below kGuessContexts
    PerLane<std::uint32_t> last;                          // the words before
  };

  PhraseWalk(std::size_t count, std::size_t vocabulary)
      : blocks_((count + kMostStretch * kLanes - 1) / (kMostStretch * kLanes)),
        stretch_((count + blocks_ * kLanes - 1) / std::max<std::size_t>(1, blocks_ * kLanes)),
        hash_shift_(64 - std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(count)), 10, kMostHashBits)),
        text_(size() + 1, WordNumber{0}),
        after_one_(vocabulary, Followers{}),
        after_two_(std::size_t{1} << (64 - hash_shift_), Followers{}),
        after_three_(after_two_.size(), Place{}) {}

  /// The words that are walked, a few more than the text has.
  std::size_t size() const { return blocks_ * kLanes * stretch_; }
  /// The lanes lie so far apart.
  std::size_t stretch() const { return stretch_; }
  /// After the walk.
  const Scratch<WordNumber>& text() const { return text_; }
  /// In each step calls tell(guesses, place, words), which is to give the words of the lanes, the first of which stands
  /// at that place of the text. It may write guesses.words.
  template <class Tell>
  void run(Tell tell) {
    for (std::size_t block = 0; block < blocks_; ++block) {
      for (std::size_t step = 0; step < stretch_; ++step) {
        const std::size_t place = block * kLanes * stretch_ + step;
        look_up();
        for_lanes([this]() DAYBREAK_LOOP { weigh(); });
        list_guesses();
        tell(guesses_, place, words_);
        for_lanes([this]() DAYBREAK_LOOP { learn(); });
        store(place);
      }
      turn();
    }
  }

 private:
  static constexpr std::size_t kMostStretch = 1024;
  static constexpr unsigned kMostHashBits = 17;
  static constexpr std::uint32_t kMostLength = 32;
  static constexpr std::uint64_t kMixer = 0x9E3779B97F4A7C15;

  /// A place of the text, the word there, and a mark of the context before it.
  struct Place {
    std::uint32_t at = 0;
    WordNumber word = kNoWord;
    std::uint16_t mark = 0;
  };

  /// Vectors are for many lanes.
  template <class Loop>
  static void for_lanes(Loop loop) {
    if constexpr (kLanes >= 8)
      run_vectorized(loop);
    else
      loop();
  }

  /// What stands in the tables for each lane.
  void look_up() {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Place& three = after_three_[three_at_[i]];
      two_[i] = after_two_[two_at_[i]];
      one_[i] = after_one_[guesses_.last[i]];
      found_at_[i] = three.at;
      found_[i] = three.word;
      found_mark_[i] = three.mark;
      matched_[i] = text_[match_[i]];
    }
  }

  /// Which guesses there are, and how sure they are.
  DAYBREAK_LOOP void weigh() {
    for (std::size_t i = 0; i < kLanes; ++i) two_[i].keep(two_mark_[i]);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint32_t found = found_mark_[i] == three_mark_[i] ? found_[i] : kNoWord;
      const bool goes_on = length_[i] > 0;
      match_[i] = goes_on ? match_[i] : found_at_[i];
      matched_[i] = goes_on ? matched_[i] : found;
      const std::uint32_t matches = matched_[i] != kNoWord;
      const std::uint32_t length = length_[i] = std::max(length_[i], matches);
      const std::uint32_t two = two_[i].first(), one = one_[i].first();
      const std::uint32_t two_count = two_[i].count(), one_count = one_[i].count();
      const std::uint32_t agree = two == (matches ? matched_[i] : one);
      const std::uint32_t length_class =
          (length > 0) + (length > 1) + (length > 2) + (length > 3) + (length > 7) + (length > 15) + (length > 31);
      const std::uint32_t two_sure = (two != kNoWord) + (two_count > 0) + (two_count > 1) + (two_count > 2);
      const std::uint32_t one_sure = (one != kNoWord) + (one_count > 1) + (one_count > 3) + (one_count > 5);
      guesses_.contexts[i] = ((length_class * 2 + agree) * kSureness + two_sure) * kSureness + one_sure;
    }
  }

  void list_guesses() {
    for (std::size_t i = 0; i < kLanes; ++i) {
      WordNumber* const words = guesses_.words[i].data();
      words[0] = static_cast<WordNumber>(matched_[i]);
      two_[i].list(words + 1);
      one_[i].list(words + 1 + kFollowers);
    }
  }

  /// What the words change, and the contexts of the words after them.
  DAYBREAK_LOOP void learn() {
    for (std::size_t i = 0; i < kLanes; ++i) two_[i].add(words_[i]);
    for (std::size_t i = 0; i < kLanes; ++i) one_[i].add(words_[i]);
    for (std::size_t i = 0; i < kLanes; ++i) {
      length_[i] = matched_[i] == words_[i] ? std::min(length_[i] + 1, kMostLength) : 0;
      ++match_[i];
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint64_t pair = std::uint64_t{guesses_.last[i]} << 16 | words_[i];
      const std::uint64_t two = pair * kMixer, three = (pair | std::uint64_t{before_[i]} << 32) * kMixer;
      next_two_at_[i] = static_cast<std::uint32_t>(two >> hash_shift_);
      next_three_at_[i] = static_cast<std::uint32_t>(three >> hash_shift_);
      next_two_mark_[i] = static_cast<std::uint32_t>(two >> 32) & Followers::kMostMark;
      next_three_mark_[i] = static_cast<std::uint32_t>(three >> 31) & 0xFFFF;
    }
  }

  /// Into the tables what was learned; the lanes go on.
  void store(std::size_t place) {
    for (std::size_t i = 0; i < kLanes; ++i, place += stretch_) {
      text_[place] = words_[i];
      after_two_[two_at_[i]] = two_[i];
      after_one_[guesses_.last[i]] = one_[i];
      after_three_[three_at_[i]] = {static_cast<std::uint32_t>(place), words_[i],
                                    static_cast<std::uint16_t>(three_mark_[i])};
      __builtin_prefetch(&after_two_[next_two_at_[i]], 1);
      __builtin_prefetch(&after_three_[next_three_at_[i]], 1);
      __builtin_prefetch(&after_one_[words_[i]], 1);
      __builtin_prefetch(&text_[match_[i]]);
    }
    before_ = guesses_.last;
    for (std::size_t i = 0; i < kLanes; ++i) guesses_.last[i] = words_[i];
    two_at_ = next_two_at_, three_at_ = next_three_at_;
    two_mark_ = next_two_mark_, three_mark_ = next_three_mark_;
  }

  /// To the next block: the first lane goes on where the last one ended; of the others nobody knows the words before.
  void turn() {
    for (PerLane<std::uint32_t>* of :
         {&guesses_.last, &before_, &match_, &length_, &two_at_, &three_at_, &two_mark_, &three_mark_})
      std::rotate(of->begin(), of->end() - 1, of->end());
    std::fill(length_.begin() + 1, length_.end(), 0);
  }

  std::size_t blocks_, stretch_;
  unsigned hash_shift_;
  Scratch<WordNumber> text_;  // with a place more, which a match may reach
  Scratch<Followers> after_one_, after_two_;
  Scratch<Place> after_three_;
  Guesses guesses_{};
  PerLane<WordNumber> words_{};
  PerLane<Followers> one_{}, two_{};  // of the contexts before
  PerLane<std::uint32_t> before_{}, two_at_{}, three_at_{}, two_mark_{}, three_mark_{}, next_two_at_{},
      next_three_at_{}, next_two_mark_{}, next_three_mark_{};
  PerLane<std::uint32_t> match_{}, length_{}, matched_{};  // the text goes like there, for so many words
  PerLane<std::uint32_t> found_at_{}, found_{}, found_mark_{};
};

}  // namespace daybreak::codecs
