#include "libcore/scaling/traces/time.h"
#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;
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

TEST_CASE("numbers as times have the unit of the first one") {
  const auto read = [](std::string unit, const char* first, const char* second) {
    TimeReader reader(std::move(unit));
    reader.read(first);
    return reader.read(second).value();
  };
  CHECK(read("auto", "1404172800", "1404172860") == 1404172860);
  CHECK(read("auto", "1404172800000", "1404172860000") == 1404172860);
  CHECK(read("auto", "1404172800000000", "1404172860000000") == 1404172860);
  CHECK(read("auto", "1404172800000000000", "1404172860000000000") == 1404172860);
  CHECK(read("ms", "0", "2500") == 2.5);
  CHECK(read("auto", "0", "2500") == 2500);
  const Trace trace = trace_of("ts,count\n1404172800000,1\n1404172860000,2\n");
  CHECK(trace.start_s == 1404172800);
  CHECK(trace.columns == "time from ts, count a step from count, in ms");
  CHECK(trace_of("ts_ms,count\n0,1\n60000,2\n").arrivals == std::vector<double>{1, 2});
  CHECK(trace_of("ts,count\n0,1\n60000,2\n", [](auto& o) { o.time_unit = "ms"; }).arrivals == std::vector<double>{1, 2});
}

TEST_CASE("a row in another unit, without a time or of another age is found out") {
  const auto refused = [](const std::string& text, const char* place) {
    CHECK_THROWS_WITH(trace_of(text), Catch::Contains(place) && Catch::Contains("days from") && Catch::Contains("another unit"));
  };
  refused("ts,count\n1404172800,1\n1404172860000,2\n", ":3");
  refused("ts,count\n1404172800000,1\n1404172860,2\n", ":3");
  refused("timestamp,input_tokens\n1404172800,1\n0,2\n", ":3");                    // not known
  refused("ts,count\n2014-07-01 00:00:00,1\n2037-07-01 00:00:00,2\n", ":3");       // a stamp of the future
  refused("{\"ts\":0,\"count\":1}\n{\"ts\":1404172800,\"count\":1}\n", ":2");
}

TEST_CASE("local times at the ends of summer time") {
  // Without an offset the clock goes back in autumn, which is said, and leaves a gap in spring, which counts as one.
  CHECK_THROWS_WITH(trace_of("ts,count\n2023-10-29 02:30:00,1\n2023-10-29 02:59:00,1\n2023-10-29 02:00:00,1\n"),
                    Catch::Contains(":4") && Catch::Contains("backwards") && Catch::Contains("summer time"));
  CHECK(trace_of("ts,count\n2023-03-26 01:00:00,1\n2023-03-26 01:30:00,1\n2023-03-26 03:00:00,1\n2023-03-26 03:30:00,1\n").gaps == 1);
  const Trace offset = trace_of("ts,count\n2023-10-29 02:30:00+02:00,1\n2023-10-29 02:00:00+01:00,1\n2023-10-29 02:30:00+01:00,1\n");
  CHECK(offset.gaps == 0);
  CHECK(offset.span_s == 5400);
  CHECK(offset.columns == "time from ts, count a step from count");
}
