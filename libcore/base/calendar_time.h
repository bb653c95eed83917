#pragma once
// Times as files spell them: ISO 8601 and its neighbors.
#include <optional>
#include <string_view>

namespace daybreak {

/// A time of the calendar, in seconds since 1970.
struct CalendarTime {
  double seconds = 0;
  bool has_zone = false;  // else it was taken as UTC
};

/// "2014-04-10", "2014-04-10 00:04", "2014-04-10T00:04:00.1234567+02:00", "... Z", "... UTC". Nothing for another text.
std::optional<CalendarTime> parse_calendar_time(std::string_view text);

}  // namespace daybreak
