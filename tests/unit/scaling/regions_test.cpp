// The regions file: what is read, and what is refused with which words.
#include "libcore/base/error.h"
#include "libcore/scaling/planning/regions.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::Contains;

namespace {

std::vector<Region> read(const std::string& members) {
  return read_regions(io::Json::parse(R"({"schema":"daybreak.regions/1","regions":[)" + members + "]}", "r.json"), "r.json");
}

const std::string kPlain = R"({"name":"a","price_per_hour":1,"capacity":4})";

}  // namespace

TEST_CASE("a regions file gives what it says, and defaults for the rest") {
  const auto regions = read(kPlain + R"(,{"name":"b","provider":"P","price_per_hour":2.5,"spot_price_per_hour":0.5,"capacity":7,
    "service_rate_per_s":30,"egress_usd_per_unit":1e-6,"round_trip_ms":80,"availability":0.9,"start_delay_s":120,
    "region_id":"eu-1","sku":"X"},{"name":"c","capacity":1,"speed":0.5})");
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].price_per_hour == 1);
  CHECK(!regions[0].spot_price_per_hour);
  CHECK(regions[0].availability == 1);
  CHECK(regions[1].provider == "P");
  CHECK(regions[1].spot_price_per_hour == 0.5);
  CHECK(regions[1].egress_usd_per_unit == 1e-6);
  CHECK(regions[1].round_trip_ms == 80);
  CHECK(regions[1].start_delay_s == 120);
  CHECK(regions[1].region_id == "eu-1");
  CHECK(regions[1].sku == "X");
  CHECK(effective_rate(regions[1], std::nullopt) == 27);
  CHECK(!regions[2].price_per_hour);
  CHECK(effective_rate(regions[2], 10.0) == 5);
  CHECK_THROWS_WITH(effective_rate(regions[2], std::nullopt), Contains("'c' has no service_rate_per_s"));
}

TEST_CASE("a regions file that is wrong is refused with the place") {
  const auto refused = [](const std::string& members, const std::string& words) {
    CHECK_THROWS_WITH(read(members), Contains(words));
  };
  refused("", "an array that is not empty");
  refused("3", "regions[0]: expected an object");
  refused(R"({"capacity":1})", "'name' is missing");
  refused(R"({"name":"","capacity":1})", "not empty");
  refused(R"({"name":"a"})", "regions[0] 'a': the member 'capacity' is missing");
  refused(R"({"name":"a","capacity":0})", "capacity: expected a whole number from 1 to 1000000, found 0");
  refused(R"({"name":"a","capacity":2.5})", "found 2.5");
  refused(R"({"name":"a","capacity":"many"})", "found \"many\"");
  refused(R"({"name":"a","capacity":1e300})", "capacity: expected");
  refused(R"({"name":"a","capacity":1,"price_per_hour":-1})", "price_per_hour: expected a number of at least 0, found -1");
  refused(R"({"name":"a","capacity":1,"price_per_hour":null})", "found null");
  refused(R"({"name":"a","capacity":1,"availability":1.5})", "above 0 and at most 1, found 1.5");
  refused(R"({"name":"a","capacity":1,"availability":0})", "found 0");
  refused(R"({"name":"a","capacity":1,"service_rate_per_s":0})", "service_rate_per_s: expected a number above 0");
  refused(R"({"name":"a","capacity":1,"service_rate_per_s":1,"speed":1})", "either service_rate_per_s or speed");
  refused(R"({"name":"a","capacity":1,"prize":1})", "unknown member 'prize'");
  refused(kPlain + "," + kPlain, "two regions are named 'a'");
  CHECK_THROWS_WITH(read_regions(io::Json::parse(R"({"regions":[]})", "r"), "r"), Contains("daybreak.regions/1"));
  CHECK_THROWS_WITH(read_regions(io::Json::parse(R"({"schema":"daybreak.regions/1","regions":[],"x":1})", "r"), "r"),
                    Contains("unknown member 'x'"));
  CHECK_THROWS_WITH(read_regions(io::Json::parse(R"({"schema":"daybreak.regions/1"})", "r"), "r"), Contains("an array that is not empty"));
}
