#include "libcore/scaling/traces/time.h"
#include "tests/unit/scaling/trace_support.h"

using namespace daybreak;
using namespace daybreak::scaling;

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
