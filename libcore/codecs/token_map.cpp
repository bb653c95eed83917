#include "libcore/codecs/token_map.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/order_map.h"
#include "libcore/codecs/reals.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

template <class Word>
struct Dictionary {
  Words<Word> entries;  // sorted
  std::vector<std::size_t> counts;
};

template <class Word>
Dictionary<Word> make_dictionary(const Words<Word>& values) {
  Dictionary<Word> dictionary;
  for (const Word value : sorted_copy<Word>(values)) {
    if (dictionary.entries.empty() || dictionary.entries.back() != value) {
      dictionary.entries.push_back(value);
      dictionary.counts.push_back(0);
    }
    ++dictionary.counts.back();
  }
  return dictionary;
}

/// The sorted places of the entries, the most frequent first; ties as sorted.
std::vector<std::size_t> by_frequency(const std::vector<std::size_t>& counts) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  return order;
}

/// Above the places of so many entries, in a byte of its own.
unsigned sign_place(std::size_t entries) {
  return 8 * ((static_cast<unsigned>(std::bit_width(entries)) + 7) / 8);
}

/// The bits of floats without their signs, which are given back.
template <class Word>
Bytes take_signs(ElementType type, Words<Word>& values) {
  const Word sign = Word{1} << (8u * element_info(type).bytes - 1);
  Bytes signs;
  for (Word& value : values) {
    signs.push_back((value & sign) != 0);
    value &= static_cast<Word>(~sign);
  }
  return signs;
}

template <class Word>
bool unmap_mirrored(ElementType type, std::span<const Word> values, std::span<const Word> entries,
                    std::span<std::uint8_t> out) {
  const unsigned place = sign_place(entries.size()), last = 8u * element_info(type).bytes - 1;
  const Word mask = (Word{1} << place) - 1;
  const auto inside = [&](Word value) { return (value & mask) < entries.size() && value >> place <= 1; };
  if (!std::all_of(values.begin(), values.end(), inside)) return false;
  store_elements(type, values, out, [entries = entries.data(), mask, place, last](Word value) {
    return entries[value & mask] | value >> place << last;
  });
  return true;
}

}  // namespace

template <class Word>
bool map_tokens(TokenOrder token_order, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters) {
  const bool ranked = token_order == TokenOrder::ranked, mirrored = token_order == TokenOrder::mirrored;
  if (mirrored && !is_real_number(type)) return false;
  values = load_elements<Word>(type, data);
  const Bytes signs = mirrored ? take_signs(type, values) : Bytes{};
  for (Word& value : values) value = to_ordered(type, value);
  Dictionary<Word> dictionary = make_dictionary(values);
  const std::size_t entries = dictionary.entries.size();
  if (4 * entries >= 3 * values.size() || sign_place(entries) >= 8 * sizeof(Word)) return false;
  std::vector<std::size_t> order(entries);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (ranked) order = by_frequency(dictionary.counts);
  Words<Word> place(entries), listed(entries);
  for (std::size_t i = 0; i < entries; ++i)
    place[order[i]] = static_cast<Word>(i), listed[i] = dictionary.entries[order[i]];
  for (Word& value : values) {
    const auto found = std::lower_bound(dictionary.entries.begin(), dictionary.entries.end(), value);
    value = place[static_cast<std::size_t>(found - dictionary.entries.begin())];
  }
  for (std::size_t i = 0; i < signs.size(); ++i) values[i] |= Word{signs[i]} << sign_place(entries);
  if (!ranked) std::adjacent_difference(listed.begin(), listed.end(), listed.begin());
  parameters.byte(static_cast<std::uint8_t>(token_order));
  parameters.varint(entries);
  write_numbers<Word>(listed, parameters);
  return true;
}

template <class Word>
bool unmap_tokens(TokenOrder order, ElementType type, std::span<const Word> values, ByteReader& parameters,
                  std::span<std::uint8_t> out) {
  const bool named = parameters.byte() == static_cast<std::uint8_t>(order);
  Scratch<Word> listed(static_cast<std::size_t>(parameters.varint(values.size())));
  if (!named || !parameters.ok() || !read_numbers<Word>(parameters, listed) || !parameters.finished()) return false;
  if (order != TokenOrder::ranked) std::partial_sum(listed.begin(), listed.end(), listed.begin());
  from_ordered<Word>(type, listed);
  if (order == TokenOrder::mirrored) return unmap_mirrored<Word>(type, values, listed, out);
  Word largest = 0;
  run_vectorized([values, &largest]() DAYBREAK_LOOP {
    Word most = 0;
    for (const Word value : values) most = std::max(most, value);
    largest = most;
  });
  const bool inside = values.empty() || largest < listed.size();
  if (inside)
    store_elements(type, values, out, [entries = listed.data()](Word value) { return entries[value]; });
  return inside;
}

#define DAYBREAK_INSTANTIATE(Word)                                                  \
  template bool map_tokens(TokenOrder, ElementType, ByteSpan, Words<Word>&, ByteWriter&); \
  template bool unmap_tokens(TokenOrder, ElementType, std::span<const Word>, ByteReader&, std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
