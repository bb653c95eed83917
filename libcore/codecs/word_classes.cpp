#include "libcore/codecs/word_classes.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

constexpr unsigned kRounds = 8;

using ClassCosts = std::array<std::uint64_t, kWordClasses>;

struct Partner {
  WordNumber word;
  std::uint32_t count;
};

/// The words that stand beside each word, and how often.
struct Partners {
  std::vector<std::size_t> starts;  // of each word, and the end
  std::vector<Partner> all;

  std::span<const Partner> of(std::size_t word) const {
    return std::span(all).subspan(starts[word], starts[word + 1] - starts[word]);
  }
};

/// From keys word << 16 | partner.
Partners list_partners(std::vector<std::uint32_t>& keys, std::size_t words) {
  std::sort(keys.begin(), keys.end());
  Partners partners{std::vector<std::size_t>(words + 1), {}};
  for (std::size_t from = 0, to; from < keys.size(); from = to) {
    for (to = from; to < keys.size() && keys[to] == keys[from];) ++to;
    partners.all.push_back({static_cast<WordNumber>(keys[from]), static_cast<std::uint32_t>(to - from)});
    partners.starts[(keys[from] >> 16) + 1] = partners.all.size();
  }
  for (std::size_t word = 1; word <= words; ++word)
    partners.starts[word] = std::max(partners.starts[word], partners.starts[word - 1]);
  return partners;
}

/// How often each class stands beside a word.
class ClassCounts {
 public:
  void count(std::span<const Partner> partners, const Bytes& classes) {
    for (const std::uint8_t one : present_) counts_[one] = 0;
    present_.clear();
    for (const Partner& partner : partners) {
      std::uint32_t& counted = counts_[classes[partner.word]];
      if (counted == 0) present_.push_back(classes[partner.word]);
      counted += partner.count;
    }
  }
  const Bytes& present() const { return present_; }
  std::uint32_t operator[](std::size_t one) const { return counts_[one]; }

 private:
  std::array<std::uint32_t, kWordClasses> counts_{};
  Bytes present_;
};

/// The costs of one round, by the classes that words have before it.
struct Round {
  Round(const Partners& partners, const Bytes& classes, const Bytes& partner_classes, ByteSpan kinds);

  std::vector<ClassCosts> beside = std::vector<ClassCosts>(kWordClasses);  // [a partner's class][the word's class]
  std::vector<ClassCosts> naming = std::vector<ClassCosts>(256);           // [kind][class]
};

Round::Round(const Partners& partners, const Bytes& classes, const Bytes& partner_classes, ByteSpan kinds) {
  std::vector<ClassCosts> counts(kWordClasses), named(256);
  ClassCosts of_class{}, of_partner{};
  ClassCounts row;
  for (std::size_t word = 0; word < classes.size(); ++word) {
    ++named[kinds[word]][classes[word]];
    row.count(partners.of(word), partner_classes);
    for (const std::uint8_t one : row.present()) {
      counts[one][classes[word]] += row[one];
      of_class[classes[word]] += row[one];
      of_partner[one] += row[one];
    }
  }
  // Odds lean toward those of all words together, as if each class had seen kLean pairs more.
  constexpr std::uint64_t kLean = 2;
  const std::uint64_t all =
      std::max<std::uint64_t>(1, std::accumulate(of_class.begin(), of_class.end(), std::uint64_t{0}));
  for (std::size_t one = 0; one < kWordClasses; ++one)
    for (std::size_t own = 0; own < kWordClasses; ++own)
      beside[one][own] = log2_cost((of_class[own] + kLean) * all + kWordClasses) -
                         log2_cost(counts[one][own] * all + kLean * of_partner[one] + 1);
  for (std::size_t kind = 0; kind < named.size(); ++kind) {
    constexpr std::uint64_t kFifths = 5;  // a class that no word of the kind has counts as a fifth of one
    const std::uint64_t words = std::accumulate(named[kind].begin(), named[kind].end(), std::uint64_t{0});
    for (std::size_t own = 0; own < kWordClasses; ++own)
      naming[kind][own] = log2_cost(words * kFifths + kWordClasses) - log2_cost(named[kind][own] * kFifths + 1);
  }
}

/// Gives each word the class in which its pairs cost least.
void move_words(const Partners& partners, const Bytes& partner_classes, ByteSpan kinds, Bytes& classes) {
  const Round round(partners, classes, partner_classes, kinds);
  ClassCounts row;
  for (std::size_t word = 0; word < classes.size(); ++word) {
    ClassCosts costs = round.naming[kinds[word]];
    row.count(partners.of(word), partner_classes);
    for (const std::uint8_t one : row.present())
      for (std::size_t own = 0; own < kWordClasses; ++own) costs[own] += row[one] * round.beside[one][own];
    classes[word] = static_cast<std::uint8_t>(std::min_element(costs.begin(), costs.end()) - costs.begin());
  }
}

/// The most frequent words have a class each, all others the last one.
Bytes first_classes(std::span<const WordPair> pairs, std::size_t words) {
  std::vector<std::uint32_t> counts(words);
  for (const WordPair& pair : pairs) ++counts[pair.word];
  std::vector<WordNumber> order(words);
  std::iota(order.begin(), order.end(), WordNumber{0});
  std::stable_sort(order.begin(), order.end(), [&](WordNumber a, WordNumber b) { return counts[a] > counts[b]; });
  Bytes classes(words, kWordClasses - 1);
  for (std::size_t i = 0; i < std::min(words, kWordClasses); ++i) classes[order[i]] = static_cast<std::uint8_t>(i);
  return classes;
}

}  // namespace

WordClasses find_word_classes(std::span<const WordPair> pairs, ByteSpan kinds) {
  std::vector<std::uint32_t> keys;
  for (const WordPair& pair : pairs) keys.push_back(std::uint32_t{pair.before} << 16 | pair.word);
  const Partners following = list_partners(keys, kinds.size());
  for (std::uint32_t& key : keys) key = std::rotl(key, 16);
  const Partners preceding = list_partners(keys, kinds.size());
  WordClasses classes{first_classes(pairs, kinds.size()), {}};
  classes.before = classes.own;
  for (unsigned round = 0; round < kRounds; ++round) {
    move_words(following, classes.own, kinds, classes.before);
    move_words(preceding, classes.before, kinds, classes.own);
  }
  return classes;
}

}  // namespace daybreak::codecs
