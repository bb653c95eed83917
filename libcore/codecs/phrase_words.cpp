#include "libcore/codecs/phrase_words.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kKinds = 64;

bool all_below(ByteSpan symbols, std::size_t limit) {
  return std::all_of(symbols.begin(), symbols.end(), [limit](std::uint8_t symbol) { return symbol < limit; });
}

}  // namespace

std::uint8_t word_kind(std::uint32_t told) {
  if (told < 2) return 0;
  const unsigned top = static_cast<unsigned>(std::bit_width(told)) - 1;
  return static_cast<std::uint8_t>(2 * top - 1 + (told >> (top - 1) & 1));
}

template <class Word>
void PhraseWords<Word>::write(ByteWriter& out) const {
  Words<Word> gaps(listed.size());
  std::adjacent_difference(listed.begin(), listed.end(), gaps.begin());
  const std::vector<std::uint16_t> contexts(kinds.begin(), kinds.end());
  out.varint(listed.size());
  write_numbers<Word>(gaps, out);
  write_symbols(kinds, out);
  write_symbols(classes.own, {contexts, kKinds}, out);
  write_symbols(classes.before, {contexts, kKinds}, out);
}

template <class Word>
bool PhraseWords<Word>::read(ByteReader& in, std::size_t most) {
  listed.resize(static_cast<std::size_t>(in.varint(most)));
  kinds.resize(listed.size());
  classes = {Bytes(listed.size()), Bytes(listed.size())};
  if (!read_numbers<Word>(in, listed) || !read_symbols(in, kinds) || !all_below(kinds, kKinds)) return false;
  std::partial_sum(listed.begin(), listed.end(), listed.begin());
  const ContextSource contexts = contexts_as_bytes(kinds, kKinds);
  return read_symbols(in, contexts, classes.own) && read_symbols(in, contexts, classes.before) &&
         all_below(classes.own, kWordClasses) && all_below(classes.before, kWordClasses);
}

WordRanks::WordRanks(const Bytes& classes, ByteSpan kinds) : words(classes.size()), starts(kWordClasses + 1) {
  const auto key = [&](std::size_t word) { return classes[word] * kKinds + (kKinds - 1 - kinds[word]); };
  std::vector<std::uint32_t> places(kWordClasses * kKinds + 1);
  for (std::size_t word = 0; word < words.size(); ++word) ++places[key(word) + 1];
  std::partial_sum(places.begin(), places.end(), places.begin());
  for (std::size_t one = 0; one <= kWordClasses; ++one) starts[one] = places[one * kKinds];
  for (std::size_t word = 0; word < words.size(); ++word) words[places[key(word)]++] = static_cast<WordNumber>(word);
}

template struct PhraseWords<std::uint32_t>;
template struct PhraseWords<std::uint64_t>;

}  // namespace daybreak::codecs
