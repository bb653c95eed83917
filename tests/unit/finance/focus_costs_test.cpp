// Costs out of bills: what is counted, once, and what is refused.
#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/finance/imports/focus_costs.h"
#include "libcore/finance/model/model.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinRel;

namespace {

const std::string kHeader =
    "BilledCost,EffectiveCost,ListCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountId,"
    "ServiceName,PricingQuantity,PricingUnit\n";
const std::string kDay1 = ",2025-03-01T00:00:00Z,2025-03-02T00:00:00Z,", kDay2 = ",2025-03-02T00:00:00Z,2025-03-03T00:00:00Z,";

ImportedCosts costs_of(const std::string& rows, const std::string& column = "EffectiveCost", std::optional<std::string> by = std::nullopt,
                       std::vector<std::pair<std::string, std::string>> only = {}) {
  const test_support::ScratchFolder scratch;
  return read_focus_costs(io::InputFile(scratch.file("bill.csv", rows)), {column, std::move(by), std::move(only)}, StopToken());
}

double value_of(const ImportedCosts& costs, const std::string& name) {
  for (const ImportedInput& input : costs.inputs)
    if (input.name == name) return input.value;
  FAIL("no input " << name);
  return 0;
}

std::string failure(const std::string& rows, const std::string& column = "EffectiveCost") {
  try {
    costs_of(rows, column);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("every row of a bill is in one part, and so counted once") {
  const ImportedCosts costs = costs_of(kHeader + "10,8,12,USD,Usage,NULL" + kDay1 + "NULL,GPU,4,Hours\n"
                                                 "-2,-2,0,USD,Usage,NULL" + kDay1 + "NULL,GPU,-1,Hours\n"  // a refund
                                                 "-1,-1,0,USD,Credit,NULL" + kDay1 + "NULL,GPU,NULL,NULL\n"
                                                 "3,3,3,USD,Tax,NULL" + kDay2 + "NULL,Tax,NULL,NULL\n"
                                                 "-4,-4,0,USD,Usage,Correction" + kDay2 + "NULL,GPU,2,Hours\n"
                                                 "5,NULL,5,USD,Usage,NULL" + kDay2 + "NULL,Disk,1,Hours\n");
  CHECK(value_of(costs, "cost") == 4);
  CHECK(value_of(costs, "cost_usage") == 6);
  CHECK(value_of(costs, "cost_credit") == -1);
  CHECK(value_of(costs, "cost_tax") == 3);
  CHECK(value_of(costs, "cost_corrections") == -4);
  CHECK(costs.hours == 48);
  CHECK_THAT(value_of(costs, "cost_per_year"), WithinRel(4 * 8760.0 / 48, 1e-15));
  CHECK(value_of(costs, "hours") == 3);
  CHECK(value_of(costs, "cost_per_hour") == 2);
  REQUIRE(costs.warnings.size() == 1);
  CHECK_THAT(costs.warnings[0], Contains("1 row without EffectiveCost"));
  CHECK(costs.layout == "FOCUS 1.0");
  // Another column is another cost, never a further one.
  CHECK(value_of(costs_of(kHeader + "10,8,12,USD,Usage,NULL" + kDay1 + "NULL,GPU,4,Hours\n", "ListCost"), "cost") == 12);
}

TEST_CASE("a commitment is counted in its purchase or in the rows that it covers") {
  const std::string purchase = "100,100,100,USD,Purchase,NULL" + kDay1 + "C1,Plan,1,NULL\n";
  const std::string covered = "7,60,80,USD,Usage,NULL" + kDay1 + "C1,GPU,30,Hours\n";
  const std::string unused = "0,40,0,USD,Usage,NULL" + kDay1 + "C1,GPU,20,Hours\n";
  const std::string other = "1,1,1,USD,Usage,NULL" + kDay1 + "C2,GPU,1,Hours\n";
  const ImportedCosts effective = costs_of(kHeader + purchase + covered + unused + other);
  CHECK(value_of(effective, "cost") == 101);
  REQUIRE(effective.left_out.size() == 1);
  CHECK(effective.left_out[0].cost == 100);
  CHECK(effective.left_out[0].records == 1);
  CHECK_THAT(effective.warnings.at(0), Contains("left out: 1 row of 100 USD, purchases of commitments"));
  const ImportedCosts billed = costs_of(kHeader + purchase + covered + unused + other, "BilledCost");
  CHECK(value_of(billed, "cost") == 101);
  CHECK(billed.left_out.at(0).cost == 7);
  // A bill that has one of the two alone keeps it.
  CHECK(value_of(costs_of(kHeader + purchase + other), "cost") == 101);
  CHECK(costs_of(kHeader + covered + unused).left_out.empty());
}

TEST_CASE("rows are chosen by a value and grouped by a column") {
  const std::string rows = kHeader + "1,1,1,USD,Usage,NULL" + kDay1 + "NULL,Big GPU,1,Hours\n2,2,2,USD,Usage,NULL" + kDay1 +
                           "NULL,big-gpu,1,Hours\n4,4,4,USD,Usage,NULL" + kDay1 + "NULL,NULL,1,GB\n";
  const ImportedCosts grouped = costs_of(rows, "EffectiveCost", "ServiceName");
  CHECK(value_of(grouped, "cost_of_big_gpu") == 1);
  CHECK(value_of(grouped, "cost_of_big_gpu_2") == 2);
  CHECK(value_of(grouped, "cost_of_other") == 4);
  const ImportedCosts chosen = costs_of(rows, "EffectiveCost", std::nullopt, {{"ServiceName", "Big GPU"}});
  CHECK(value_of(chosen, "cost") == 1);
  CHECK(value_of(chosen, "cost_per_hour") == 1);
  CHECK_THROWS_WITH(costs_of(rows, "EffectiveCost", std::nullopt, {{"ServiceName", "none"}}), Contains("no row with a cost"));
}

TEST_CASE("rows that repeat are counted, and said") {
  const std::string row = "1,1,1,USD,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n";
  const ImportedCosts costs = costs_of(kHeader + row + row);
  CHECK(value_of(costs, "cost") == 2);
  CHECK_THAT(costs.warnings.at(0), Contains("1 row equal to an earlier one"));
}

TEST_CASE("bills that cannot be read are refused with the place") {
  const std::string good = "1,1,1,USD,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n";
  CHECK_THAT(failure(kHeader + good + "1,1,1,EUR,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n"),
             Contains("bill.csv:3: expected costs in USD, found BillingCurrency 'EUR'"));
  CHECK_THAT(failure(kHeader + "1,1,1,NULL,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n"),
             Contains("expected a currency in BillingCurrency, found none"));
  CHECK_THAT(failure(kHeader + "1,\"1.234,56\",1,USD,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n"),
             Contains("EffectiveCost: expected a finite number"));
  CHECK_THAT(failure(kHeader + "1,1,1,USD,Fee,NULL" + kDay1 + "NULL,GPU,1,Hours\n"),
             Contains("ChargeCategory: expected one of Usage, Purchase"));
  CHECK_THAT(failure(kHeader + "1,1,1,USD,Usage,NULL,yesterday,2025-03-02T00:00:00Z,NULL,GPU,1,Hours\n"),
             Contains("ChargePeriodStart: expected a time"));
  CHECK_THAT(failure(kHeader + "1,1,1,USD,Usage,NULL,2025-03-02,2025-03-02,NULL,GPU,1,Hours\n"), Contains("ends before it begins"));
  CHECK_THAT(failure(kHeader), Contains("the bill has no costs"));
  CHECK_THAT(failure("EffectiveCost,BillingCurrency\n1,USD\n"), Contains("expected a column ChargeCategory"));
  CHECK_THAT(failure("EffectiveCost,EffectiveCost\n1,2\n"), Contains("two columns are called 'EffectiveCost'"));
  CHECK_THAT(failure(""), Contains("no records"));
}

TEST_CASE("the sample of the FinOps foundation adds up as its columns do") {
  const char* data = std::getenv("DAYBREAK_DATA");
  const std::string path = std::string(data != nullptr ? data : "") + "/finance/focus-1.0-sample.csv.zst";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " + path);
    return;
  }
  // Sums of the columns by Python's csv module.
  const std::pair<const char*, double> columns[]{{"BilledCost", 20.52022672899003},
                                                  {"EffectiveCost", 14.976514185860003},
                                                  {"ListCost", 20.390905751190033},
                                                  {"ContractedCost", 14.976260393259999}};
  for (const auto& [column, sum] : columns) {
    const ImportedCosts costs = read_focus_costs(io::InputFile(path), {column, std::nullopt, {}}, StopToken());
    INFO(column);
    CHECK_THAT(value_of(costs, "cost"), WithinRel(sum, 1e-12));
    CHECK(costs.hours == 720);
    CHECK(costs.left_out.empty());
  }
}

TEST_CASE("a model takes the inputs in, in its own currency only") {
  ImportedCosts costs = costs_of(kHeader + "1,1,1,USD,Usage,NULL" + kDay1 + "NULL,GPU,1,Hours\n");
  const io::Json model = io::Json::parse(
      R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1,
          "inputs": {"cost_per_year": {"value": 1, "unit": "million USD/year"}, "years": {"value": 3, "unit": "year"}},
          "cashflows": [{"t": 1, "amount": "-cost_per_year * years"}]})", "model.json");
  const Model merged = read_model(with_inputs(model, costs, "model.json"), "model.json");
  const auto payments = merged.payments(merged.means());
  REQUIRE(payments.size() == 1);
  CHECK_THAT(payments[0].amount, WithinRel(-365.0 * 3 / 1e6, 1e-12));
  costs.currency = "EUR";
  CHECK_THROWS_WITH(with_inputs(model, costs, "model.json"), Contains("the model is in USD and the costs are in EUR"));
  CHECK_THROWS_WITH(with_inputs(io::Json::parse("{}", "x"), costs, "x"), Contains("expected a record of schema daybreak.return-model/1"));
}
