#pragma once
// What the next word of a text may be, by the words before it: the one that followed when three words last stood in a
// row like this, those that followed the last two words, and those that followed the last one. Writer and reader make
// the same guesses.
//
// The text is walked in lanes, a word of each in turn, so that a processor works on several words at once although each
// waits for those before it in its lane. What one lane has learned, all know from then on. Lanes lie close together, so
// that what stands close by is known to all of them: the text is cut into blocks of as many stretches as there are lanes.
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
  static constexpr unsigned kMarkBits = 12;

  Followers() = default;
  /// Of a context with this mark: what stands in its place of a table, or nothing.
  static Followers of(const Followers& place, std::uint32_t mark) {
    return Followers(place.held_ >> kMarkShift == mark ? place.held_ : kNothing | std::uint64_t{mark} << kMarkShift);
  }
  /// Writes the words, and one more that is none.
  void list(WordNumber* to) const {
    if constexpr (std::endian::native == std::endian::little)
      std::memcpy(to, &held_, sizeof held_);
    else
      for (unsigned i = 0; i < kFollowers; ++i) to[i] = static_cast<WordNumber>(held_ >> (16 * i));
  }
  WordNumber first() const { return static_cast<WordNumber>(held_); }
  unsigned count() const { return static_cast<unsigned>(held_ >> kCountShift) & kMostCounted; }
  /// Without a branch, for nobody foresees one.
  void add(WordNumber word) {
    const std::uint64_t count = held_ >> kCountShift & kMostCounted;
    const std::uint64_t first = held_ & kOneWord, rest = held_ >> 16 & 0xFFFF'FFFF;
    const std::uint64_t second_too = mask((rest & kOneWord) == word);
    const std::uint64_t third = (rest >> (16 & second_too)) & kOneWord;  // what is left behind the new second one
    const std::uint64_t swapped = (first ^ word) & mask(count == 0);
    const std::uint64_t wrong = (first ^ swapped) | (word ^ swapped) << 16 | third << 32 |
                                (held_ >> kCountShift << kCountShift) - (kOne & mask(count > 0));
    const std::uint64_t right = held_ + (kOne & mask(count < kMostCounted));
    held_ = wrong ^ ((wrong ^ right) & mask(first == word));
  }

 private:
  static constexpr unsigned kCountShift = 48, kMarkShift = 52;
  static constexpr std::uint64_t kNothing = 0xFFFF'FFFF'FFFF, kMostCounted = 15, kOneWord = 0xFFFF;
  static constexpr std::uint64_t kOne = std::uint64_t{1} << kCountShift;

  static std::uint64_t mask(bool is) { return 0 - std::uint64_t{is}; }

  explicit Followers(std::uint64_t held) : held_(held) {}

  std::uint64_t held_ = kNothing;
};

template <std::size_t kLanes>
class PhraseWalk {
 public:
  /// What is known before a word.
  struct Guesses {
    std::array<WordNumber, kGuesses + 1> words;  // the last place is for a word told
    std::uint32_t context;                       // how sure they are, below kGuessContexts
    WordNumber last;                             // the word before
  };

  using AllGuesses = std::array<Guesses, kLanes>;

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
  /// In each step calls tell(guesses, place, words), which is to give the words of the lanes, kMostStretch of which
  /// ... and may write guesses.
  template <class Tell>
  void run(Tell tell) {
    std::array<WordNumber, kLanes> words{};
    for (std::size_t block = 0; block < blocks_; ++block) {
      for (std::size_t step = 0; step < stretch_; ++step) {
        const std::size_t place = block * kLanes * stretch_ + step;
        for (std::size_t i = 0; i < kLanes; ++i) guess(i);
        tell(guesses_, place, words);
        run_vectorized([two = two_.data(), one = one_.data(), word = words.data()]() DAYBREAK_LOOP {
          for (std::size_t i = 0; i < kLanes; ++i) two[i].add(word[i]);
          for (std::size_t i = 0; i < kLanes; ++i) one[i].add(word[i]);
        });
        for (std::size_t i = 0; i < kLanes; ++i) learn(i, place + i * stretch_, words[i]);
      }
      // The first lane goes on where the last one ended; of the others nobody knows the words before.
      std::rotate(lanes_.begin(), lanes_.end() - 1, lanes_.end());
      for (std::size_t i = 1; i < kLanes; ++i) lanes_[i].length = 0;
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
  /// Where a lane is: the words before, and where their contexts stand in the tables.
  struct Lane {
    WordNumber last = 0, before = 0;
    std::uint16_t three_mark = 0;
    std::uint32_t two_mark = 0, two_at = 0, three_at = 0;
    std::uint32_t match = 0, length = 0;  // the text goes like there, for so many words
  };

  void guess(std::size_t i) {
    Lane& lane = lanes_[i];
    Guesses& guesses = guesses_[i];
    const Place& three = after_three_[lane.three_at];
    const Followers two = Followers::of(after_two_[lane.two_at], lane.two_mark), one = after_one_[lane.last];
    const std::uint32_t keep = 0u - (lane.length > 0);
    const std::uint32_t found = three.word | (0u - (three.mark != lane.three_mark));
    const auto matched = static_cast<WordNumber>((text_[lane.match & keep] & keep) | (found & ~keep));
    lane.match = (lane.match & keep) | (three.at & ~keep);
    lane.length += static_cast<std::uint32_t>(lane.length == 0) & static_cast<std::uint32_t>(matched != kNoWord);
    guesses.words[0] = matched;
    two.list(guesses.words.data() + 1);
    one.list(guesses.words.data() + 1 + kFollowers);
    two_[i] = two;
    one_[i] = one;
    const bool agree = two.first() == (matched != kNoWord ? matched : one.first());
    const unsigned two_sure = kTwoSure[two.count() + 16 * (two.first() == kNoWord)];
    const unsigned one_sure = kOneSure[one.count() + 16 * (one.first() == kNoWord)];
    guesses.context = ((kMatchClass[lane.length] * 2u + agree) * kSureness + two_sure) * kSureness + one_sure;
    guesses.last = lane.last;
  }

  void learn(std::size_t i, std::size_t at, WordNumber word) {
    Lane& lane = lanes_[i];
    text_[at] = word;
    after_two_[lane.two_at] = two_[i];
    after_one_[lane.last] = one_[i];
    after_three_[lane.three_at] = {static_cast<std::uint32_t>(at), word, lane.three_mark};
    ++lane.match;
    lane.length = std::min(lane.length + 1, kMostLength) & (0u - (guesses_[i].words[0] == word));
    move_on(lane, word);
  }

  void move_on(Lane& lane, WordNumber word) {
    const std::uint64_t pair = std::uint64_t{lane.last} << 16 | word, triple = std::uint64_t{lane.before} << 32 | pair;
    const std::uint64_t two = pair * kMixer, three = triple * kMixer;
    lane.two_at = static_cast<std::uint32_t>(two >> hash_shift_);
    lane.two_mark = static_cast<std::uint32_t>(two >> 32) & ((1u << Followers::kMarkBits) - 1);
    lane.three_at = static_cast<std::uint32_t>(three >> hash_shift_);
    lane.three_mark = static_cast<std::uint16_t>(three >> 31);
    lane.before = lane.last;
    lane.last = word;
    __builtin_prefetch(&after_two_[lane.two_at], 1);
    __builtin_prefetch(&after_three_[lane.three_at], 1);
    __builtin_prefetch(&after_one_[word], 1);
    __builtin_prefetch(&text_[lane.match]);
  }

  /// Classes of a length, and of a count (where there is no word: 16 more).
  static constexpr auto kMatchClass = [] {
    std::array<std::uint8_t, kMostLength + 1> classes{};
    for (unsigned n = 0; n <= kMostLength; ++n)
      classes[n] = static_cast<std::uint8_t>((n > 0) + (n > 1) + (n > 2) + (n > 3) + (n > 7) + (n > 15) + (n > 31));
    return classes;
  }();
  static constexpr auto sureness(unsigned low, unsigned middle, unsigned high) {
    std::array<std::uint8_t, 32> classes{};
    for (unsigned n = 0; n < 16; ++n) classes[n] = static_cast<std::uint8_t>(1 + (n > low) + (n > middle) + (n > high));
    return classes;
  }
  static constexpr auto kTwoSure = sureness(0, 1, 2), kOneSure = sureness(1, 3, 5);

  std::size_t blocks_, stretch_;
  unsigned hash_shift_;
  Scratch<WordNumber> text_;  // with a place more, which a match may reach
  Scratch<Followers> after_one_, after_two_;
  Scratch<Place> after_three_;
  std::array<Lane, kLanes> lanes_{};
  AllGuesses guesses_;
  std::array<Followers, kLanes> two_, one_;  // of each lane's context
};

}  // namespace daybreak::codecs
