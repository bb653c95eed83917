#include "libcore/finance/flows/calendar.h"

#include <algorithm>
#include <chrono>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/base/parse.h"

namespace daybreak::finance {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::string_view kFalseLeapDay = "1900-02-29";

/// Digits of fixed width, or -1.
int digits(std::string_view text) {
  int value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return -1;
    value = value * 10 + (digit - '0');
  }
  return value;
}

year_month_day date_of(std::int64_t days) {
  return sys_days(std::chrono::days(days));
}

std::int64_t first_day_of(year one) {
  return sys_days(one / 1 / 1).time_since_epoch().count();
}

double actual_actual(std::int64_t from, std::int64_t to) {
  double years = 0;
  for (year one = date_of(from).year(); one <= date_of(to).year(); ++one) {
    const std::int64_t begin = std::max(from, first_day_of(one)), end = std::min(to, first_day_of(one + std::chrono::years(1)));
    years += static_cast<double>(end - begin) / (one.is_leap() ? 366 : 365);
  }
  return years;
}

double thirty(std::int64_t from, std::int64_t to, bool european) {
  const year_month_day a = date_of(from), b = date_of(to);
  const auto first = std::min(static_cast<int>(static_cast<unsigned>(a.day())), 30);
  auto last = static_cast<int>(static_cast<unsigned>(b.day()));
  if (last == 31 && (european || first == 30)) last = 30;
  const int months = 12 * (static_cast<int>(b.year()) - static_cast<int>(a.year())) + static_cast<int>(static_cast<unsigned>(b.month())) -
                     static_cast<int>(static_cast<unsigned>(a.month()));
  return (30 * months + last - first) / 360.0;
}

}  // namespace

std::optional<std::int64_t> days_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text.substr(0, 4)), m = digits(text.substr(5, 2)), d = digits(text.substr(8, 2));
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

std::string date_hint(std::string_view text) {
  if (text == kFalseLeapDay) return "1900 was no leap year, though some spreadsheets count this day";
  if (days_of(text.substr(0, 10))) return "write the date alone: cash flows count days, not times and zones";
  if (try_parse_real(text)) return "write the date instead of a spreadsheet's number of days, or call the column period";
  if (text.find('/') != std::string_view::npos || text.find('.') != std::string_view::npos)
    return "write 2003-02-01 for the first of February: 01/02/2003 has two meanings";
  return "";
}

const std::vector<std::string>& day_count_names() {
  static const std::vector<std::string> names{"act/365", "act/360", "act/act", "30/360", "30E/360"};
  return names;
}

DayCount day_count_of(std::string_view name) {
  const auto found = std::find(day_count_names().begin(), day_count_names().end(), name);
  if (found == day_count_names().end())
    throw usage_error("unknown day count '" + std::string(name) + "'", "known: " + joined(day_count_names()));
  return static_cast<DayCount>(found - day_count_names().begin());
}

double years_between(std::int64_t from_days, std::int64_t to_days, DayCount convention) {
  const auto days = static_cast<double>(to_days - from_days);
  switch (convention) {
    case DayCount::act_365: return days / 365;
    case DayCount::act_360: return days / 360;
    case DayCount::act_act: return actual_actual(from_days, to_days);
    case DayCount::thirty_360: return thirty(from_days, to_days, false);
    case DayCount::thirty_e360: break;
  }
  return thirty(from_days, to_days, true);
}

}  // namespace daybreak::finance
