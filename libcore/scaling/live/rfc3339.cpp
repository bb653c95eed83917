#include "libcore/scaling/live/rfc3339.h"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace daybreak::scaling {

std::string rfc3339(double seconds_since_1970) {
  using namespace std::chrono;
  const auto micros = static_cast<std::int64_t>(std::llround(seconds_since_1970 * 1e6));
  const sys_time<microseconds> time{microseconds(micros)};
  const auto midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss clock(time - midnight);
  char text[48];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  std::string out(text, static_cast<std::size_t>(length));
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out + "Z";
}

}  // namespace daybreak::scaling
