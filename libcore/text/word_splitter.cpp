#include "libcore/text/word_splitter.h"

#include "libcore/base/utf8.h"
#include "libcore/text/unicode_classes.h"

namespace daybreak::text {
namespace {

constexpr char32_t kLongS = 0x17F;  // folds to s, so 'ſ matches (?i:'s)

/// One code point and its class; `length` 0 at the end of the text.
struct Symbol {
  char32_t code = kStrayByte;
  std::size_t length = 0;
  std::uint8_t bits = 0;

  bool is(std::uint8_t classes) const { return (bits & classes) != 0; }
  bool is_punctuation() const { return length != 0 && !is(kLetter | kNumber | kSpace); }
  bool is_newline() const { return code == '\r' || code == '\n'; }
};

Symbol symbol_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const CodePoint point = code_point_at(text, at);
  return {point.value, point.length, char_class(point.value)};
}

template <class Predicate>
std::size_t run_end(std::string_view text, std::size_t at, Predicate belongs) {
  for (Symbol symbol = symbol_at(text, at); symbol.length != 0 && belongs(symbol); symbol = symbol_at(text, at))
    at += symbol.length;
  return at;
}

std::size_t letters_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const Symbol& s) { return s.is(kLetter); });
}

std::size_t punctuation_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const Symbol& s) { return s.is_punctuation(); });
}

/// 's 't 'm 'd 're 've 'll at text[begin]; its end, or `begin` where there is none.
std::size_t contraction_end(std::string_view text, std::size_t begin, bool any_case) {
  if (text[begin] != '\'') return begin;
  const auto letter = [&](std::size_t at) -> char32_t {
    const Symbol symbol = symbol_at(text, at);
    if (!any_case) return symbol.code;
    if (symbol.code == kLongS) return U's';
    return symbol.code >= 'A' && symbol.code <= 'Z' ? static_cast<char32_t>(symbol.code + 32) : symbol.code;
  };
  const char32_t first = letter(begin + 1), second = letter(begin + 2);
  if (first == 's') return begin + 1 + symbol_at(text, begin + 1).length;
  if (first == 't' || first == 'm' || first == 'd') return begin + 2;
  const bool pair = ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
  return pair ? begin + 3 : begin;
}

/// \s+(?!\S)|\s+ : the white space run that begins here, but for its last symbol where a word follows, which takes it.
std::size_t blank_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin, last = begin;
  for (Symbol symbol = symbol_at(text, end); symbol.is(kSpace); symbol = symbol_at(text, end)) {
    last = end;
    end += symbol.length;
  }
  return end == text.size() || last == begin ? end : last;
}

/// \s*[\r\n]+ : up to the last newline of the run; `begin` where it has none.
std::size_t newlines_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  run_end(text, begin, [&, at = begin](const Symbol& symbol) mutable {
    at += symbol.length;
    if (symbol.is_newline()) end = at;
    return symbol.is(kSpace);
  });
  return end;
}

std::size_t gpt2_end(std::string_view text, std::size_t begin) {
  if (const std::size_t end = contraction_end(text, begin, false); end != begin) return end;
  const std::size_t body = begin + (text[begin] == ' ' ? 1 : 0);
  const Symbol head = symbol_at(text, body);
  if (head.is(kLetter)) return letters_end(text, body);
  if (head.is(kNumber)) return run_end(text, body, [](const Symbol& s) { return s.is(kNumber); });
  if (head.is_punctuation()) return punctuation_end(text, body);
  return blank_end(text, begin);
}

std::size_t modern_end(std::string_view text, std::size_t begin, int most_numbers) {
  if (const std::size_t end = contraction_end(text, begin, true); end != begin) return end;
  const Symbol head = symbol_at(text, begin);
  const std::size_t prefix = head.is(kLetter | kNumber) || head.is_newline() ? 0 : head.length;
  if (const std::size_t end = letters_end(text, begin + prefix); end != begin + prefix) return end;
  if (head.is(kNumber)) return run_end(text, begin, [&](const Symbol& s) { return s.is(kNumber) && most_numbers-- > 0; });
  const std::size_t body = begin + (text[begin] == ' ' ? 1 : 0);
  if (const std::size_t end = punctuation_end(text, body); end != body)
    return run_end(text, end, [](const Symbol& s) { return s.is_newline(); });
  const std::size_t newlines = newlines_end(text, begin);
  return newlines != begin ? newlines : blank_end(text, begin);
}

}  // namespace

std::optional<WordPattern> word_pattern_of(std::string_view regex) {
  if (regex == R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)") return WordPattern::gpt2;
  constexpr std::string_view kHead = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})";
  constexpr std::string_view kTail = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  if (!regex.starts_with(kHead) || !regex.ends_with(kTail) || regex.size() < kHead.size() + kTail.size()) return std::nullopt;
  const std::string_view repeat = regex.substr(kHead.size(), regex.size() - kHead.size() - kTail.size());
  if (repeat == "{1,3}") return WordPattern::numbers_3;
  if (repeat.empty()) return WordPattern::numbers_1;
  return std::nullopt;
}

std::size_t word_end(WordPattern pattern, std::string_view text, std::size_t begin) {
  switch (pattern) {
    case WordPattern::gpt2: return gpt2_end(text, begin);
    case WordPattern::numbers_3: return modern_end(text, begin, 3);
    case WordPattern::numbers_1: return modern_end(text, begin, 1);
    case WordPattern::whole: break;
  }
  return text.size();
}

}  // namespace daybreak::text
