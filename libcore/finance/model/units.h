#pragma once
// Units of a model's numbers: money, time, data, power and whatever the user counts.
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace daybreak::finance {

/// A product of powers of base units, `scale` of which make one. Base units are the hour (a year is 365 days), the byte, the
/// kilowatt, each currency by its code of ISO 4217, and any other word for itself (GPU, token).
struct Unit {
  std::map<std::string, int> powers;  // none of them 0
  double scale = 1;

  bool same_kind(const Unit& other) const { return powers == other.powers; }
  bool is_number() const { return powers.empty(); }
};

Unit operator*(const Unit& a, const Unit& b);
Unit operator/(const Unit& a, const Unit& b);
Unit power(const Unit& unit, int exponent);

/// "million USD/GPU-hour": factors separated by blanks, "*" or "-" (which binds tighter), divided by "/" or "per", with whole
/// powers as in "m^2"; thousand, million, billion, trillion, 千, 万, 百万, 千万, 亿, 万亿; %, share, ratio and 1 are numbers.
/// Error (data) at `where` for an empty text, signs of several currencies such as $ and ¥, and letters such as M for a scale.
Unit parse_unit(std::string_view text, const std::string& where);

/// The base units, such as "USD/GPU-hour"; "a number" where there are none.
std::string kind_text(const Unit& unit);

/// The currency of ISO 4217 (or its usual name in Chinese) that a word is; nothing where it is none.
std::optional<std::string> currency_code(std::string_view word);

/// What the name of a record's field says about its unit, by the suite's habit of ending names in it: input_bytes, wait_p99_s,
/// tokens_per_s, node_hours, cost_per_hour_usd. Nothing where it says none.
std::optional<Unit> unit_of_field(std::string_view field);

}  // namespace daybreak::finance
