#include "libcore/finance/model/units.h"
#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

Unit unit(const char* text) {
  return parse_unit(text, "here");
}

/// How many of `b` one `a` is.
double in(const char* a, const char* b) {
  REQUIRE(kind_text(unit(a)) == kind_text(unit(b)));
  return unit(a).scale / unit(b).scale;
}

}  // namespace

TEST_CASE("amounts of money by word and by character are the same") {
  CHECK(in("million USD", "USD") == 1e6);
  CHECK(in("万 CNY", "CNY") == 1e4);
  CHECK(in("亿CNY", "万CNY") == 1e4);
  CHECK(in("1 亿 RMB", "million CNY") == 100);
  CHECK(in("万美元", "thousand USD") == 10);
  CHECK(in("千万人民币", "million CNY") == 10);
  CHECK(in("万亿 JPY", "trillion JPY") == 1);
  CHECK(in("billion €", "million EUR") == 1000);
}

TEST_CASE("units are products of powers of words") {
  CHECK(kind_text(unit("USD/GPU-hour")) == "USD/GPU-hour");
  CHECK(kind_text(unit("USD per GPU per hour")) == "USD/GPU-hour");
  CHECK(kind_text(unit("USD / GPU * hour")) == "USD-hour/GPU");
  CHECK(kind_text(unit("node-hours")) == "hour-node");
  CHECK(kind_text(unit("tokens/s")) == "token/hour");
  CHECK(kind_text(unit("USD/kWh")) == "USD/hour-kW");
  CHECK(kind_text(unit("USD/million tokens")) == "USD/token");
  CHECK(kind_text(unit("USD/万 tokens * hour")) == "USD-hour/token");
  CHECK(kind_text(unit("m2")) == "m2");
  CHECK(kind_text(unit("hour^2")) == "hour^2");
  CHECK(kind_text(unit("GPU/GPU")) == "a number");
  CHECK(kind_text(unit("1/hour")) == "1/hour");
  CHECK(in("GiB", "byte") == 1073741824);
  CHECK(in("TB", "GB") == 1000);
  CHECK(in("year", "day") == 365);
  CHECK_THAT(in("tokens/s", "million tokens/hour"), WithinRel(0.0036, 1e-15));
  CHECK(in("%", "share") == 0.01);
  CHECK(in("MWh", "kW hours") == 1000);
  CHECK(power(unit("million USD"), 2).scale == 1e12);
}

TEST_CASE("what could be two units is none") {
  for (const auto& [text, why] : {std::pair{"$", "dollar of many countries"},
                                  {"million ¥", "yen or the yuan"},
                                  {"万元", "write CNY"},
                                  {"M USD", "write million"},
                                  {"k tokens", "write thousand"},
                                  {"兆 JPY", "trillion"}})
    CHECK_THROWS_WITH(unit(text), Contains(why) && Contains("here"));
  for (const char* const text : {"", " ", "/hour", "USD/", "USD//hour", "USD*", "USD-", "3 USD", "USD^0", "USD^x", "a(b)", "USD;", "\xFF"})
    CHECK_THROWS_WITH(unit(text), Contains("expected"));
}

TEST_CASE("fields of records tell their unit by their names") {
  const auto of = [](const char* field) {
    const auto found = unit_of_field(field);
    return found ? kind_text(*found) : std::string();
  };
  CHECK(of("input_bytes") == "byte");
  CHECK(of("tokens_per_s") == "token/hour");
  CHECK(of("node_hours") == "hour-node");
  CHECK(of("wait_p99_s") == "hour");
  CHECK_THAT(unit_of_field("wait_p99_ms")->scale, WithinRel(1 / 3.6e6, 1e-15));
  CHECK(of("cost_per_hour_usd") == "USD/hour");
  CHECK(of("violated_share") == "a number");
  CHECK(of("price_per_hour").empty());  // of what?
  CHECK(of("gpus_per_node").empty());
  CHECK(of("rate_min").empty());
  CHECK(of("loss").empty());
  CHECK(of("tokens").empty());
}
