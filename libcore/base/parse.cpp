#include "libcore/base/parse.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "libcore/base/error.h"

namespace daybreak {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array<Unit, 10> kByteUnits{{{"", 1}, {"B", 1}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
                                           {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0},
                                           {"TiB", 1099511627776.0}}};
constexpr std::array<Unit, 6> kTimeUnits{{{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

/// Splits "64KiB" into its number and the unit that follows.
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && ((text[end - 1] >= 'a' && text[end - 1] <= 'z') || (text[end - 1] >= 'A' && text[end - 1] <= 'Z')))
    --end;
  return {text.substr(0, end), text.substr(end)};
}

template <std::size_t N>
double scaled(std::string_view text, const std::array<Unit, N>& units, std::string_view expected) {
  const auto [number, unit] = split_unit(text);
  for (const Unit& known : units)
    if (unit == known.name) {
      const auto value = try_parse_real(number);
      if (!value || *value < 0) break;
      return *value * known.factor;
    }
  throw usage_error("expected " + std::string(expected) + ", found " + quoted(text));
}

}  // namespace

std::optional<double> try_parse_real(std::string_view text) noexcept {
  // from_chars takes neither a plus sign nor hexadecimal floats here, but it takes "nan" and "inf".
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::general);
  if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

double parse_real(std::string_view text) {
  if (const auto value = try_parse_real(text)) return *value;
  throw usage_error("expected a finite number, found " + quoted(text));
}

std::int64_t parse_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure == std::errc::result_out_of_range) throw usage_error("the number " + quoted(text) + " is too large");
  if (digits.empty() || failure != std::errc{} || end != text.data() + text.size())
    throw usage_error("expected an integer, found " + quoted(text));
  if (digits.size() > 1 && digits[0] == '0')
    throw usage_error("expected an integer without leading zeros, found " + quoted(text));
  return value;
}

std::int64_t parse_count(std::string_view text) {
  const std::int64_t value = parse_integer(text);
  if (value < 0) throw usage_error("expected a count of at least 0, found " + quoted(text));
  return value;
}

std::int64_t parse_bytes(std::string_view text) {
  const double bytes = scaled(text, kByteUnits, "a size such as 4096, 64KiB or 2GB");
  if (bytes >= static_cast<double>(std::numeric_limits<std::int64_t>::max()))
    throw usage_error("the size " + quoted(text) + " is too large");
  if (bytes != std::floor(bytes)) throw usage_error("the size " + quoted(text) + " is not a whole number of bytes");
  return static_cast<std::int64_t>(bytes);
}

double parse_duration(std::string_view text) {
  return scaled(text, kTimeUnits, "a duration with its unit, such as 90s, 5m, 2h or 1d");
}

double parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const auto value = try_parse_real(percent ? text.substr(0, text.size() - 1) : text);
  const double share = value ? *value / (percent ? 100.0 : 1.0) : -1.0;
  if (share < 0 || share > 1) throw usage_error("expected a share such as 0.85 or 85%, found " + quoted(text));
  return share;
}

}  // namespace daybreak
