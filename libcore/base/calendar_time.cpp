#include "libcore/base/calendar_time.h"

#include <algorithm>
#include <chrono>

#include "libcore/base/parse.h"

namespace daybreak {
namespace {

constexpr double kDay = 86400;

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

}  // namespace daybreak
