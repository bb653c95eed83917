#pragma once
// Elements as words and back: elements of up to 4 bytes in words of 32 bits, of 8 bytes in words of 64.
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {

template <class Word>
using Words = std::vector<Word>;

/// Calls visit(Element{}) with the unsigned type of `bytes` bytes, as far as it fits a Word.
template <class Word, class Visit>
void with_element(std::size_t bytes, Visit visit) {
  if constexpr (sizeof(Word) == 8) {
    visit(std::uint64_t{});
  } else {
    if (bytes == 1) return visit(std::uint8_t{});
    if (bytes == 2) return visit(std::uint16_t{});
    visit(std::uint32_t{});
  }
}

template <class Word>
Words<Word> load_elements(ElementType type, ByteSpan data) {
  const std::size_t bytes = element_info(type).bytes;
  Words<Word> words(data.size() / bytes);
  with_element<Word>(bytes, [&](auto element) {
    const std::uint8_t* from = data.data();
    for (Word& word : words) word = load_little<decltype(element)>(from), from += sizeof element;
  });
  return words;
}

/// The elements element_of(word), one after the other.
template <class Word, class ElementOf>
void store_elements(ElementType type, std::span<const Word> words, std::span<std::uint8_t> out, ElementOf element_of) {
  with_element<Word>(element_info(type).bytes, [&](auto element) {
    using Element = decltype(element);
    // Locals: bytes may alias what a reference leads to, and this loop is to be vectors.
    std::uint8_t* const to = out.data();
    const Word* const from = words.data();
    const std::size_t count = words.size();
    const ElementOf of = element_of;
    run_vectorized([=]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < count; ++i) store_little(static_cast<Element>(of(from[i])), to + i * sizeof(Element));
    });
  });
}

template <class Word>
void store_elements(ElementType type, std::span<const Word> words, std::span<std::uint8_t> out) {
  store_elements(type, words, out, [](Word word) { return word; });
}

/// Signed numbers as unsigned ones, small magnitudes first: 0, -1, 1, -2, ...
template <class Word>
constexpr Word zigzag(Word value) {
  return static_cast<Word>(value << 1) ^ (Word{0} - (value >> (8 * sizeof(Word) - 1)));
}

template <class Word>
constexpr Word unzigzag(Word value) {
  return (value >> 1) ^ (Word{0} - (value & 1));
}

}  // namespace daybreak::codecs
