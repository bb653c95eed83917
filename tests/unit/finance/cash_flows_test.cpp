#include <cmath>

#include "libcore/base/error.h"
#include "tests/unit/finance/flows_support.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

std::string refusal(const std::string& text, const FlowReading& reading = {}) {
  try {
    flows_of_text(text, reading);
  } catch (const Error& failure) {
    return failure.what();
  }
  return "taken";
}

}  // namespace

TEST_CASE("payments are read in any order, with or without a header, and those of one day are added up") {
  const CashFlows flows = flows_of_text("date,amount,category\r\n2024-03-01,7,x\r\n2024-01-31,-100,\"a\nb\"\r\n2024-03-01,3,y");
  REQUIRE(flows.flows.size() == 2);
  CHECK(flows.dated);
  CHECK(flows.flows[0].time == 0);
  CHECK(flows.flows[0].amount == -100);
  CHECK_THAT(flows.flows[1].time, WithinRel(30 / 365.0, 1e-15));
  CHECK(flows.flows[1].amount == 10);
  CHECK(flows_of_text("2024-01-31,-100\n2025-01-30,5\n").flows[1].time == 1);
  CHECK_FALSE(flows_of_text("0,-100\n1,5\n").dated);
  CHECK(flows_of_text("\xEF\xBB\xBFperiod,amount\n0,-100\n").flows.size() == 1);
  CHECK(flows_of_text("2024-02-29,-1\n2025-02-28,1\n").flows[1].time == 1);
  CHECK(flows_of_text("1857-01-01,-1\n1858-01-01,1\n").flows[1].time == 1);
}

TEST_CASE("times follow the day count and the middle of periods") {
  CHECK(flows_of_text("2024-01-31,-1\n2024-07-31,1\n", {.day_count = "30/360"}).flows[1].time == 0.5);
  const CashFlows mid = flows_of_text("period,amount\n0,-1\n1,2\n2,3\n", {.timing = "mid"});
  CHECK(mid.flows[0].time == 0);
  CHECK(mid.flows[1].time == 0.5);
  CHECK(mid.flows[2].time == 1.5);
  CHECK_THAT(refusal("2024-01-31,-1\n", {.timing = "mid"}), Contains("--timing mid"));
}

TEST_CASE("one currency and one unit") {
  const CashFlows flows = flows_of_text("period,amount,currency,unit\n0,-1,CNY,\xE4\xBA\xBF\n1,2,CNY,\xE4\xBA\xBF\n");
  CHECK(flows.currency == "CNY");
  CHECK(flows.unit == "\xE4\xBA\xBF");
  CHECK_THAT(refusal("period,amount,currency\n0,-1,EUR\n1,2,USD\n"),
             Contains(":3: currency: expected 'EUR' as in the rows before, found 'USD'"));
  CHECK_THAT(refusal("period,amount,unit\n0,-1,million\n1,2,\xE4\xB8\x87\n"), Contains(":3: unit: expected 'million'"));
  CHECK_THAT(refusal("period,amount,currency\n0,-1,\n"), Contains("found ''"));
}

TEST_CASE("files that hold no payments are refused with the line and what to write") {
  CHECK_THAT(refusal(""), Contains("no records"));
  CHECK_THAT(refusal("period,amount\n"), Contains("no payments"));
  CHECK_THAT(refusal("period,money\n0,1\n"), Contains("expected the columns period,amount or date,amount"));
  CHECK_THAT(refusal("date,amount\n2024-01-31,1\n1900-02-29,2\n"), Contains(":3: expected a date") && Contains("no leap year"));
  CHECK_THAT(refusal("date,amount\n2024-01-31T00:00:00Z,1\n"), Contains("the date alone"));
  CHECK_THAT(refusal("date,amount\n45292,1\n"), Contains("spreadsheet's number"));
  CHECK_THAT(refusal("period,amount\n-1,1\n"), Contains("expected a period of at least 0"));
  CHECK_THAT(refusal("period,amount\n0,1\n1\n"), Contains("expected 2 fields"));
  CHECK_THAT(refusal("period,amount\n0,NULL\n"), Contains("expected a finite number, found 'NULL'"));
  CHECK_THAT(refusal("period,amount\n0,inf\n"), Contains("expected a finite number"));
  CHECK_THAT(refusal("period,amount\n0,1e999\n"), Contains("expected a finite number"));
  CHECK_THAT(refusal("period,amount\n0,\"1.234,56\"\n"), Contains("decimal point"));
  CHECK_THAT(refusal("period,amount\n0,\xC2\xA5" "5\n"), Contains("currency sign"));
  CHECK_THAT(refusal("period,amount\n0,5\xE4\xB8\x87\n"), Contains("all digits"));
  CHECK_THAT(refusal("period,amount\n0,5 million\n"), Contains("all digits"));
  CHECK_THAT(refusal("period,amount\n0,(1234)\n"), Contains("minus sign"));
}
