#include "libcore/base/calendar_time.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using Catch::Matchers::WithinAbs;

TEST_CASE("times of the calendar") {
  // Seconds since 1970 by `date -u -d ... +%s`.
  const auto seconds = [](const char* text) { return parse_calendar_time(text).value().seconds; };
  CHECK(seconds("2014-07-01") == 1404172800);
  CHECK(seconds("2014-07-01 00:01") == 1404172860);
  CHECK(seconds("2014-07-01T00:01:02Z") == 1404172862);
  CHECK(seconds("2014-07-01T00:01:02+02:00") == 1404165662);
  CHECK(seconds("2014-07-01 00:01:02 -0730") == 1404199862);
  CHECK(seconds("2014-07-01T00:01:02+02") == 1404165662);
  CHECK(seconds("2014-07-01 00:01:02 UTC") == 1404172862);
  CHECK(seconds("1969-12-31T23:59:59Z") == -1);
  CHECK(seconds("2016-12-31T23:59:60Z") == 1483228800);  // a leap second
  CHECK_THAT(seconds("2023-11-16 18:15:46.6805900"), WithinAbs(1700158546.68059, 2.4e-7));
  CHECK(parse_calendar_time("2014-07-01T00:01:02Z")->has_zone);
  CHECK_FALSE(parse_calendar_time("2014-07-01T00:01:02")->has_zone);
  for (const char* text : {"",
                           "yesterday",
                           "2014-7-1",
                           "2014-02-30",
                           "2014-13-01",
                           "2014-07-01x00:00",
                           "2014-07-01 24:00",
                           "2014-07-01 00:60",
                           "2014-07-01 00:00:61",
                           "2014-07-01 00:00:-1",
                           "2014-07-01 00:00:",
                           "2014-07-01 00:00:00+",
                           "2014-07-01 00:00:00+2",
                           "2014-07-01 00:00:00+02:",
                           "2014-07-01 00:00:00+02:60",
                           "2014-07-01 00:00:00+02:00x",
                           "2014-07-01 00:00:00U",
                           "2014-07-01 00:00:nan",
                           "2014-07-01 ",
                           "2014/07/01 00:00"})
    CHECK_FALSE(parse_calendar_time(text).has_value());
}
