#include "libcore/scaling/engines/hostlist.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

constexpr std::size_t kMostNames = 1'000'000;
constexpr std::size_t kLongestNumber = 18;  // digits, so that a number fits 64 bits

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

std::string padded(std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return digits.size() >= width ? digits : std::string(width - digits.size(), '0') + digits;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  std::vector<std::string> all() {
    std::vector<std::string> names;
    for (;;) {
      for (std::string& name : one()) names.push_back(std::move(name));
      require_few(names.size());
      if (at_ == text_.size()) return names;
      expect(',');
    }
  }

 private:
  /// One term of the list: letters and brackets, which multiply.
  std::vector<std::string> one() {
    std::vector<std::string> names{""};
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',') {
      if (text_[at_] == '[') {
        names = crossed(names, brackets());
      } else if (is_name_letter(text_[at_])) {
        for (std::string& name : names) name += text_[at_];
        ++at_;
      } else {
        fail("a letter, digit, '.', '_', '-', '[' or ','");
      }
    }
    if (at_ == begin) fail("a name");
    if (names.front().starts_with('-')) throw data_error(where_, "a name must not begin with '-', found '" + names.front() + "'");
    return names;
  }

  std::vector<std::string> brackets() {
    expect('[');
    std::vector<std::string> numbers;
    for (;;) {
      const std::string_view low = digits();
      std::string_view high = low;
      if (at_ < text_.size() && text_[at_] == '-') {
        ++at_;
        high = digits();
      }
      add_range(numbers, low, high);
      if (at_ < text_.size() && text_[at_] == ']') break;
      expect(',');
    }
    expect(']');
    return numbers;
  }

  void add_range(std::vector<std::string>& numbers, std::string_view low, std::string_view high) const {
    const std::int64_t first = value_of(low), last = value_of(high);
    if (last < first) throw data_error(where_, "the range " + std::string(low) + "-" + std::string(high) + " runs backwards");
    require_few(static_cast<std::size_t>(std::min<std::int64_t>(last - first, static_cast<std::int64_t>(kMostNames))) + numbers.size() + 1);
    for (std::int64_t number = first; number <= last; ++number) numbers.push_back(padded(number, low.size()));
  }

  std::vector<std::string> crossed(const std::vector<std::string>& heads, const std::vector<std::string>& tails) const {
    require_few(heads.size() * tails.size());
    std::vector<std::string> names;
    for (const std::string& head : heads)
      for (const std::string& tail : tails) names.push_back(head + tail);
    return names;
  }

  std::string_view digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == begin) fail("a number");
    if (at_ - begin > kLongestNumber) throw data_error(where_, "a number of more than 18 digits in a list of nodes");
    return text_.substr(begin, at_ - begin);
  }

  static std::int64_t value_of(std::string_view digits) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  void require_few(std::size_t names) const {
    if (names > kMostNames) throw data_error(where_, "more than a million nodes in one list", "give shorter lists");
  }

  void expect(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) fail(std::string("'") + wanted + "'");
    ++at_;
  }

  [[noreturn]] void fail(const std::string& wanted) const {
    const std::string found = at_ < text_.size() ? "'" + std::string(text_.substr(at_, 20)) + "'" : "the end";
    throw data_error(where_, "list of nodes, character " + std::to_string(at_ + 1) + ": expected " + wanted + ", found " + found,
                     "a list looks like cloud[1-3,7-8]");
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
};

/// A name that ends in a number, in two parts.
struct Numbered {
  std::string_view head, digits;
  std::int64_t value = 0;
};

std::optional<Numbered> numbered(std::string_view name) {
  std::size_t begin = name.size();
  while (begin > 0 && is_digit(name[begin - 1]) && name.size() - begin < kLongestNumber) --begin;
  if (begin == name.size()) return std::nullopt;
  Numbered parts{name.substr(0, begin), name.substr(begin), 0};
  std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), parts.value);
  return parts;
}

/// True where `next` could stand in the brackets of `first`.
bool same_head(const std::optional<Numbered>& first, const std::optional<Numbered>& next) {
  return first && next && first->head == next->head;
}

/// True where b is a's successor and is written as a range would write it.
bool follows(const Numbered& a, const Numbered& b) {
  return b.value == a.value + 1 && b.digits == padded(b.value, a.digits.size());
}

/// The numbers of [begin, end), which share their head: "1-3,7".
std::string ranges(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t last = i;
    while (last + 1 < names.size() && follows(*numbered(names[last]), *numbered(names[last + 1]))) ++last;
    text += (text.empty() ? "" : ",") + std::string(numbered(names[i])->digits);
    if (last > i) text += "-" + std::string(numbered(names[last])->digits);
    i = last + 1;
  }
  return text;
}

}  // namespace

std::vector<std::string> parse_hostlist(std::string_view text, const std::string& where) {
  return Parser(text, where).all();
}

std::string format_hostlist(std::span<const std::string> names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    const auto first = numbered(names[i]);
    std::size_t end = i + 1;
    while (end < names.size() && same_head(first, numbered(names[end]))) ++end;
    text += (text.empty() ? "" : ",");
    if (end - i == 1) text += names[i];
    else text += std::string(first->head) + "[" + ranges(names.subspan(i, end - i)) + "]";
    i = end;
  }
  return text;
}

}  // namespace daybreak::scaling
