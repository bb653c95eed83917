#include "libcore/codecs/words.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "libcore/codecs/phrases.h"
#include "libcore/codecs/spellings.h"

namespace daybreak::codecs {
namespace {

enum Kind : std::uint8_t { kLetter, kDigit, kBlank, kSign, kFirst, kFurther };  // the last two: bytes of UTF-8

constexpr auto kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (unsigned byte = 0; byte < 256; ++byte)
    kinds[byte] = byte >= 0xC0                                                  ? kFirst
                  : byte >= 0x80                                                ? kFurther
                  : (byte | 32) >= 'a' && (byte | 32) <= 'z'                    ? kLetter
                  : byte >= '0' && byte <= '9'                                  ? kDigit
                  : byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t' ? kBlank
                                                                                : kSign;
  return kinds;
}();

/// Where the word that begins at `from` ends.
std::size_t word_end(ByteSpan text, std::size_t from) {
  const std::size_t most = std::min(text.size(), from + kLongestWord);
  std::size_t to = from + 1;
  Kind kind = kKinds[text[from]];
  if (text[from] == ' ' && to < most && kKinds[text[to]] == kLetter) kind = kLetter;  // a blank and a word
  if (kind == kFirst) kind = kFurther;
  const std::size_t few = kind == kDigit ? std::min(most, from + 3) : most;
  while (to < few && kKinds[text[to]] == kind) ++to;
  // Of blanks before a word, the last one is the word's.
  if (kind == kBlank && to - from > 1 && text[to - 1] == ' ' && to < text.size() && kKinds[text[to]] == kLetter) --to;
  return to;
}

/// Few control characters.
bool is_text(ByteSpan bytes) {
  constexpr std::ptrdiff_t kShare = 64;
  const auto strange = [](std::uint8_t byte) { return kKinds[byte] == kSign && (byte < ' ' || byte == 0x7F); };
  return std::count_if(bytes.begin(), bytes.end(), strange) * kShare <= static_cast<std::ptrdiff_t>(bytes.size());
}

std::vector<std::string_view> cut(ByteSpan text) {
  const std::string_view all(reinterpret_cast<const char*>(text.data()), text.size());
  std::vector<std::string_view> words;
  for (std::size_t from = 0, to; from < text.size(); from = to) {
    to = word_end(text, from);
    words.push_back(all.substr(from, to - from));
  }
  return words;
}

}  // namespace

bool write_words(ByteSpan text, ByteWriter& out) {
  if (!is_text(text)) return false;
  const std::vector<std::string_view> words = cut(text);
  std::unordered_map<std::string_view, std::uint32_t> places;
  std::vector<std::string_view> listed;
  for (const std::string_view word : words)
    if (places.try_emplace(word, 0).second) listed.push_back(word);
  std::sort(listed.begin(), listed.end());
  for (std::size_t i = 0; i < listed.size(); ++i) places[listed[i]] = static_cast<std::uint32_t>(i);
  std::vector<std::uint32_t> numbers;
  for (const std::string_view word : words) numbers.push_back(places[word]);
  write_spellings(listed, out);
  out.varint(numbers.size());
  return write_phrases<std::uint32_t>(numbers, out);
}

bool read_words(ByteReader& in, std::span<std::uint8_t> text) {
  Spellings spellings;
  if (!read_spellings(in, text.size(), spellings)) return false;
  std::vector<std::uint32_t> words(static_cast<std::size_t>(in.varint(text.size())));
  if (!in.ok() || !read_phrases<std::uint32_t>(in, words)) return false;
  std::size_t at = 0;
  for (const std::uint32_t word : words) {
    if (word >= spellings.starts.size() - 1) return false;
    const std::uint8_t* const from = spellings.bytes.data() + spellings.starts[word];
    const std::size_t length = spellings.starts[word + 1] - spellings.starts[word];
    if (text.size() - at >= kLongestWord) {
      // Most words are short: a fixed number of bytes costs less than just those that there are.
      constexpr std::size_t kShort = 16;
      std::memcpy(text.data() + at, from, kShort);
      if (length > kShort) std::memcpy(text.data() + at + kShort, from + kShort, kLongestWord - kShort);
    } else {
      if (length > text.size() - at) return false;
      std::memcpy(text.data() + at, from, length);
    }
    at += length;
  }
  return at == text.size();
}

}  // namespace daybreak::codecs
