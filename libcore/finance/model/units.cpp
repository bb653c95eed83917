#include "libcore/finance/model/units.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/utf8.h"
#include "libcore/finance/model/unit_words.h"

namespace daybreak::finance {
namespace {

/// Cuts the text of a unit into words, each with the power it has in the product.
class UnitReader {
 public:
  UnitReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  Unit read() {
    Unit product;
    bool pending = true;  // a word must come, for none has, or a sign of operation stands before it
    bool scaled = false;  // the word before was a scale, which belongs to the next one: USD/million tokens
    for (int sign = 1; !rest().empty();) {
      const char c = rest()[0];
      if (c == ' ') {
        ++at_;
      } else if (!pending && (c == '/' || c == '*' || c == '-' || rest().starts_with("per "))) {
        if (c != '-') sign = c == '*' ? 1 : -1;  // what a hyphen joins is divided together
        at_ += c == 'p' ? 4 : 1;
        pending = true;
      } else {
        if (!pending && !scaled) sign = 1;
        const Unit factor = unit_of(word());
        scaled = factor.is_number();
        product = product * power(factor, sign * exponent());
        pending = false;
      }
    }
    if (pending) refuse("a word, such as in \"million USD\" or \"GPU-hour\"", "its end");
    return product;
  }

 private:
  [[noreturn]] void refuse(const std::string& expected, const std::string& found) const {
    throw data_error(where_, "unit \"" + std::string(text_) + "\": expected " + expected + ", found '" + found + "'");
  }

  std::string_view rest() const { return text_.substr(at_); }

  std::string_view word() {
    const std::string_view text = rest();
    std::size_t length = chinese_prefix(text);
    if (length == 0) length = std::min(text.find_first_of(" */-^"), text.size());
    if (length == 0) refuse("a word", std::string(text.substr(0, 1)));
    at_ += length;
    return text.substr(0, length);
  }

  int exponent() {
    if (at_ >= text_.size() || text_[at_] != '^') return 1;
    const std::string_view digit = text_.substr(++at_, 1);
    if (digit.empty() || digit[0] < '1' || digit[0] > '9') refuse("a power from 1 to 9", std::string(digit));
    ++at_;
    return digit[0] - '0';
  }

  Unit unit_of(std::string_view name) const {
    if (const std::string_view why = ambiguity(name); !why.empty()) throw data_error(where_, std::string(why));
    if (const auto known = known_unit(name)) return *known;
    const bool is_name = is_utf8(name) && !std::isdigit(static_cast<unsigned char>(name[0])) &&
                         name.find_first_of("()[]{}<>+=,;:\"'`\\|&!?#@~$.%\t\n\r") == std::string_view::npos;
    if (!is_name) refuse("a word", std::string(name));
    const bool plural = name.size() > 3 && name.ends_with('s') && !name.ends_with("ss");
    return Unit{{{std::string(name.substr(0, name.size() - (plural ? 1 : 0))), 1}}, 1};
  }

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

Unit combine(const Unit& a, const Unit& b, int sign) {
  Unit product{a.powers, sign > 0 ? a.scale * b.scale : a.scale / b.scale};
  for (const auto& [base, exponent] : b.powers) {
    product.powers[base] += sign * exponent;
    if (product.powers[base] == 0) product.powers.erase(base);
  }
  return product;
}

std::string side(const Unit& unit, int sign) {
  std::vector<std::string> words;
  for (const auto& [base, exponent] : unit.powers)
    if (exponent * sign > 0) words.push_back(base + (exponent * sign == 1 ? "" : "^" + std::to_string(exponent * sign)));
  return joined(words, "-");
}

/// Words at the ends of fields that mean something else there: least, a factor.
constexpr std::string_view kNoFieldUnits[] = {"min", "x", "1", "B", "h", "W"};

std::pair<std::string_view, std::string_view> split_last_word(std::string_view name) {
  const auto gap = name.rfind('_');
  if (gap == std::string_view::npos) return {{}, name};
  return {name.substr(0, gap), name.substr(gap + 1)};
}

}  // namespace

Unit operator*(const Unit& a, const Unit& b) {
  return combine(a, b, 1);
}

Unit operator/(const Unit& a, const Unit& b) {
  return combine(a, b, -1);
}

Unit power(const Unit& unit, int exponent) {
  Unit result{unit.powers, std::pow(unit.scale, exponent)};
  for (auto& [base, old] : result.powers) old *= exponent;
  if (exponent == 0) result.powers.clear();
  return result;
}

Unit parse_unit(std::string_view text, const std::string& where) {
  return UnitReader(text, where).read();
}

std::string kind_text(const Unit& unit) {
  const std::string above = side(unit, 1), below = side(unit, -1);
  if (above.empty() && below.empty()) return "a number";
  return (above.empty() ? "1" : above) + (below.empty() ? "" : "/" + below);
}

std::optional<Unit> unit_of_field(std::string_view field) {
  const auto [before, last] = split_last_word(field);
  const auto unit = last == "usd" ? known_unit("USD") : known_unit(last);
  if (!unit || std::find(std::begin(kNoFieldUnits), std::end(kNoFieldUnits), last) != std::end(kNoFieldUnits)) return std::nullopt;
  if (before.ends_with("_per")) {
    const std::string_view counted = split_last_word(before.substr(0, before.size() - 4)).second;
    const bool plural = counted.size() > 3 && counted.ends_with('s');  // tokens_per_s; of price_per_hour nobody knows what it counts
    return plural ? std::optional(parse_unit(counted, "") / *unit) : std::nullopt;
  }
  if (const auto per = before.rfind("_per_"); per != std::string_view::npos && last == "usd")
    if (const auto below = known_unit(before.substr(per + 5))) return *unit / *below;  // cost_per_hour_usd
  const bool of_nodes = split_last_word(before).second == "node";                      // node_hours
  return of_nodes ? Unit{{{"node", 1}}, 1} * *unit : *unit;
}

}  // namespace daybreak::finance
