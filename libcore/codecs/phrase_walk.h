#pragma once
// What the next word of a text may be, by the words before it: the one that followed when three words last stood in a
// row like this, those that followed the last two words, and those that followed the last one. Writer and reader make
// the same guesses.
//
// The text is walked in lanes: stretches of equal length, one word of each at a time, so that a processor works on
// several words side by side although each waits for those before it in its lane. What one lane has learned, all know
// in the next step. The loops over lanes have no branches and, but for the look into tables, become vectors.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace daybreak::codecs {

/// Words are numbers below kNoWord.
using WordNumber = std::uint16_t;
constexpr WordNumber kNoWord = 0xFFFF;

constexpr unsigned kFollowers = 3;                    // after one word, and after two
constexpr std::size_t kGuesses = 1 + 2 * kFollowers;  // the likeliest first
constexpr unsigned kMatchClasses = 8, kSureness = 5;
constexpr std::size_t kGuessContexts = kMatchClasses * 2 * kSureness * kSureness;

template <std::size_t kLanes>
class PhraseWalk {
 public:
  template <class T>
  using PerLane = std::array<T, kLanes>;
  /// What is known before a step.
  struct Guesses {
    std::array<PerLane<WordNumber>, kGuesses + 1> words{};  // the last place is for the word told
    PerLane<std::uint16_t> contexts{};                      // how sure they are, below kGuessContexts
    PerLane<WordNumber> last{};                             // the words before
  };

  PhraseWalk(std::size_t count, std::size_t vocabulary)
      : steps_((count + kLanes - 1) / kLanes),
        hash_shift_(32 - std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(count)), 10, kMostHashBits)),
        text_(steps_ * kLanes + 1),
        after_one_(vocabulary),
        after_two_(std::size_t{1} << (32 - hash_shift_)),
        after_three_(after_two_.size()) {}

  /// The lanes lie so far apart in the text, which the last one may pass.
  std::size_t steps() const { return steps_; }
  /// After the walk.
  const std::vector<WordNumber>& text() const { return text_; }
  /// In each step calls tell(guesses, step, words), which is to give the words.
  template <class Tell>
  void run(Tell tell) {
    PerLane<WordNumber> words{};
    for (std::size_t step = 0; step < steps_; ++step) {
      guess();
      tell(guesses_, step, words);
      learn(step, words);
    }
  }

 private:
  static constexpr unsigned kMostHashBits = 17;
  static constexpr std::uint16_t kMostCounted = 15, kCountBits = 4, kMostLength = 32;

  /// The words that came last after a context. The first stays there until others came more often. Contexts share
  /// places of a table: above the count stands a mark of the one that came last.
  struct Followers {
    std::array<WordNumber, kFollowers> words{kNoWord, kNoWord, kNoWord};
    std::uint16_t first_count = 0;
  };
  /// A place of the text, the word there, and a mark of the context before it.
  struct Place {
    std::uint32_t at = 0;
    WordNumber word = kNoWord;
    std::uint16_t mark = 0;
  };

  void guess() {
    PerLane<Place> found;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Followers two = after_two_[two_at_[i]];
      load((two.first_count >> kCountBits) == two_mark_[i] ? two : Followers{}, 1, i, two_count_);
      load(after_one_[guesses_.last[i]], 1 + kFollowers, i, one_count_);
      found[i] = after_three_[three_at_[i]];
    }
    auto& matched = guesses_.words[0];
    const auto &two = guesses_.words[1], &one = guesses_.words[1 + kFollowers];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint32_t keep = 0u - (length_[i] > 0);
      match_[i] = (match_[i] & keep) | (found[i].at & ~keep);
      matched[i] = static_cast<WordNumber>((matched[i] & keep) |
                                           ((found[i].word | (0u - (found[i].mark != three_mark_[i]))) & ~keep));
      __builtin_prefetch(&text_[match_[i]]);
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint16_t matches = matched[i] != kNoWord, length = std::max(length_[i], matches);
      const auto length_class = static_cast<std::uint16_t>((length > 0) + (length > 1) + (length > 2) + (length > 3) +
                                                           (length > 7) + (length > 15) + (length > 31));
      const std::uint16_t agree = two[i] == (matches ? matched[i] : one[i]);
      const auto two_sure = static_cast<std::uint16_t>((two[i] != kNoWord) + (two_count_[i] > 0) + (two_count_[i] > 1) +
                                                       (two_count_[i] > 2));
      const auto one_sure = static_cast<std::uint16_t>((one[i] != kNoWord) + (one_count_[i] > 1) + (one_count_[i] > 3) +
                                                       (one_count_[i] > 5));
      length_[i] = length;
      guesses_.contexts[i] =
          static_cast<std::uint16_t>(((length_class * 2 + agree) * kSureness + two_sure) * kSureness + one_sure);
    }
  }

  void learn(std::size_t step, const PerLane<WordNumber>& words) {
    PerLane<std::uint32_t> next_two, next_three;
    PerLane<std::uint16_t> next_two_mark, next_three_mark;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint32_t mixed = words[i] * 0x9E3779B1u ^ guesses_.last[i] * 0x85EBCA77u;
      next_two[i] = hash(mixed);
      next_two_mark[i] = static_cast<std::uint16_t>(mixed * 0x2C1B3C6Du >> 4 & 0xFFF);
      const std::uint32_t mixed_three = mixed ^ before_[i] * 0xC2B2AE3Du;
      next_three[i] = hash(mixed_three);
      next_three_mark[i] = static_cast<std::uint16_t>(mixed_three * 0x2C1B3C6Du);
      __builtin_prefetch(&after_two_[next_two[i]], 1);
      __builtin_prefetch(&after_three_[next_three[i]], 1);
      text_[step + i * steps_] = words[i];
    }
    add(words, 1, two_count_);
    add(words, 1 + kFollowers, one_count_);
    auto& matched = guesses_.words[0];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint16_t goes_on = matched[i] == words[i];
      length_[i] = static_cast<std::uint16_t>(std::min<std::uint16_t>(length_[i] + 1, kMostLength) * goes_on);
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      store(after_two_[two_at_[i]], 1, i, two_count_);
      after_two_[two_at_[i]].first_count |= static_cast<std::uint16_t>(two_mark_[i] << kCountBits);
      store(after_one_[guesses_.last[i]], 1 + kFollowers, i, one_count_);
      after_three_[three_at_[i]] = {static_cast<std::uint32_t>(step + i * steps_), words[i], three_mark_[i]};
      matched[i] = text_[++match_[i]];  // no lane is ahead of another one: what follows a place found is known
    }
    before_ = guesses_.last;
    guesses_.last = words;
    two_at_ = next_two;
    two_mark_ = next_two_mark;
    three_at_ = next_three;
    three_mark_ = next_three_mark;
  }

  void load(const Followers& from, std::size_t place, std::size_t lane, PerLane<std::uint16_t>& counts) {
    for (unsigned i = 0; i < kFollowers; ++i) guesses_.words[place + i][lane] = from.words[i];
    counts[lane] = from.first_count & kMostCounted;
  }

  void store(Followers& to, std::size_t place, std::size_t lane, const PerLane<std::uint16_t>& counts) {
    to = {{guesses_.words[place][lane], guesses_.words[place + 1][lane], guesses_.words[place + 2][lane]},
          counts[lane]};
  }

  void add(const PerLane<WordNumber>& words, std::size_t place, PerLane<std::uint16_t>& counts) {
    auto &first = guesses_.words[place], &second = guesses_.words[place + 1], &third = guesses_.words[place + 2];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const WordNumber word = words[i], was_first = first[i], was_second = second[i];
      const std::uint16_t count = counts[i];
      const bool right = was_first == word, replace = count == 0;
      const auto less = static_cast<std::uint16_t>(replace ? 0 : count - 1);
      const std::uint16_t more = std::min<std::uint16_t>(count + 1, kMostCounted);
      const WordNumber next_second = replace ? was_first : word,
                       next_third = was_second == word ? third[i] : was_second;
      first[i] = replace ? word : was_first;  // the same where it was right
      second[i] = right ? was_second : next_second;
      third[i] = right ? third[i] : next_third;
      counts[i] = right ? more : less;
    }
  }

  std::uint32_t hash(std::uint32_t x) const {
    x ^= x >> 15;
    return x * 0x2C1B3C6Du >> hash_shift_;
  }

  std::size_t steps_;
  unsigned hash_shift_;
  std::vector<WordNumber> text_;  // with a place more, which a match may reach
  std::vector<Followers> after_one_, after_two_;
  std::vector<Place> after_three_;
  PerLane<WordNumber> before_{};
  PerLane<std::uint16_t> length_{}, two_count_{}, two_mark_{}, three_mark_{},
      one_count_{};  // for how long the text ran like before
  PerLane<std::uint32_t> match_{}, two_at_{}, three_at_{};
  Guesses guesses_;
};

}  // namespace daybreak::codecs
