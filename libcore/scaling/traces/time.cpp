#include "libcore/scaling/traces/time.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400, kLongestJump = 366 * kDay;

/// Two digits at a place, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9') return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// Seconds until the midnight at which YYYY-MM-DD begins.
std::optional<double> date_seconds(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int century = two_digits(text, 0), years = two_digits(text, 2), months = two_digits(text, 5), dates = two_digits(text, 8);
  if (std::min({century, years, months, dates}) < 0) return std::nullopt;
  const year_month_day date{year(century * 100 + years), month(static_cast<unsigned>(months)), day(static_cast<unsigned>(dates))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(sys_days(date).time_since_epoch().count()) * kDay;
}

/// hh:mm[:ss[.fraction]]
std::optional<double> clock_seconds(std::string_view text) {
  const int hours = two_digits(text, 0), minutes = two_digits(text, 3);
  if (text.size() < 5 || text[2] != ':' || std::min(hours, minutes) < 0 || hours > 23 || minutes > 59) return std::nullopt;
  if (text.size() == 5) return hours * 3600 + minutes * 60;
  const auto seconds = text[5] == ':' && two_digits(text, 6) >= 0 ? try_parse_real(text.substr(6)) : std::nullopt;
  if (!seconds || *seconds >= 61) return std::nullopt;  // 60 is a leap second
  return hours * 3600 + minutes * 60 + *seconds;
}

/// Seconds east of UTC: Z, UTC, +hh:mm, -hhmm, +hh.
std::optional<double> zone_seconds(std::string_view text) {
  if (text == "Z" || text == "UTC") return 0;
  const int hours = two_digits(text, 1);
  const std::string_view rest = text.substr(std::min<std::size_t>(3, text.size()));
  const int minutes = rest.empty() ? 0 : two_digits(rest, rest.starts_with(':') ? 1 : 0);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || rest.size() > (rest.starts_with(':') ? 3u : 2u)) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

double unit_factor(const std::string& unit) {
  if (unit == "ms") return 1e3;
  if (unit == "us") return 1e6;
  return unit == "ns" ? 1e9 : 1;
}

std::string unit_by_size(double value) {
  const double size = std::abs(value);
  if (size > 1e17) return "ns";
  if (size > 1e14) return "us";
  return size > 1e11 ? "ms" : "s";
}

}  // namespace

std::optional<CalendarTime> parse_calendar_time(std::string_view text) {
  const auto date = date_seconds(text);
  if (!date) return std::nullopt;
  if (text.size() == 10) return CalendarTime{*date, false};
  if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
  std::string_view clock = text.substr(11);
  const std::size_t zone = clock.find_first_of("ZU+-");
  std::string_view suffix;
  if (zone != std::string_view::npos) {
    suffix = clock.substr(zone);
    clock = clock.substr(0, zone);
    if (clock.ends_with(' ')) clock.remove_suffix(1);
  }
  const auto seconds = clock_seconds(clock), east = suffix.empty() ? 0.0 : zone_seconds(suffix);
  if (!seconds || !east) return std::nullopt;
  return CalendarTime{*date + *seconds - *east, !suffix.empty()};
}

std::optional<double> TimeReader::read(std::string_view text) {
  if (const auto value = try_parse_real(text)) {
    if (unit_ == "auto") unit_ = unit_by_size(*value);
    return *value / unit_factor(unit_);
  }
  const auto time = parse_calendar_time(text);
  if (!time) return std::nullopt;
  zoneless_ = zoneless_ || !time->has_zone;
  return time->seconds;
}

std::string TimeReader::note() const {
  if (zoneless_) return ", without a zone: taken as UTC";
  return unit_factor(unit_) == 1 ? "" : ", in " + unit_;
}

bool is_jump(double from_s, double to_s) {
  return std::abs(to_s - from_s) > kLongestJump;
}

Error jump_error(double from_s, double to_s, const std::string& where) {
  char days[32];
  *std::to_chars(days, days + sizeof days - 1, std::round((to_s - from_s) / kDay)).ptr = 0;
  return data_error(where, std::string("the time lies ") + days + " days from that of the row before",
                    "is one of them in another unit, or 0 where it was not known?");
}

}  // namespace daybreak::scaling
