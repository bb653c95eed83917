#include <cmath>
#include <random>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/flows/internal_rate.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/finance/model/model.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

/// A model with these inputs and cash flows, at 10 % a year, and whatever else `more` says.
Model model(const std::string& inputs, const std::string& cashflows, const std::string& more = {}, const ModelChanges& changes = {}) {
  const std::string text =
      R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "million", "discount_rate": 0.1, "inputs": {)" + inputs +
      R"(}, "cashflows": [)" + cashflows + "]" + (more.empty() ? "" : ", " + more) + "}";
  return read_model(io::Json::parse(text, "model.json"), "model.json", changes);
}

std::string failure(const std::string& inputs, const std::string& cashflows, const std::string& more = {},
                    const ModelChanges& changes = {}) {
  try {
    model(inputs, cashflows, more, changes);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

double npv(const Model& model) {
  return model.value("npv", model.means());
}

const std::string kProject =
    R"~({"t": 0, "amount": "-capex"}, {"name": "savings", "from": 1, "to": 4, "amount": "saved * (1 + growth)^(t - 1)"})~";
const std::string kInputs =
    R"("capex": {"value": 100, "unit": "million USD"}, "saved": {"value": 40, "unit": "million USD"}, "growth": 0.05)";

}  // namespace

TEST_CASE("a model is worth what its payments are") {
  const Model project = model(kInputs, kProject);
  const std::vector<ModelPayment> payments = project.payments(project.means());
  REQUIRE(payments.size() == 5);
  CHECK(payments[0].amount == -100);
  CHECK_THAT(payments[4].amount, WithinRel(40 * 1.05 * 1.05 * 1.05, 1e-15));
  CHECK(payments[4].name == "savings");
  CHECK_THAT(npv(project), WithinRel(-100 + 40 / 1.1 + 42 / 1.21 + 44.1 / 1.331 + 46.305 / 1.4641, 1e-13));
  CHECK(project.horizon() == 4);
  CHECK(project.money_unit() == "million USD");
  // 100 are back after 2 years and 18/44.1 of the third.
  CHECK_THAT(project.value("payback", project.means()), WithinRel(2 + 18 / 44.1, 1e-14));
  const double third = 44.1 / 1.331;
  CHECK_THAT(project.value("discounted_payback", project.means()), WithinRel(2 + (100 - 40 / 1.1 - 42 / 1.21) / third, 1e-13));
}

TEST_CASE("values agree with those of plain series of payments, at fractional times and dates too") {
  const std::string inputs = R"("a": 30, "b": 2, "rate": 0.3)";
  const Model project =
      model(inputs,
            R"~({"t": 0, "amount": "-a"}, {"t": 0.5, "amount": "b * 3"}, {"date": "2027-03-01", "amount": "a * exp(-rate * t)"},
                                 {"from": 2, "to": 5, "every": 0.25, "amount": "if(t > 3, a, b) * rate^2"}, {"t": 1, "amount": -1.5})~",
            R"("base_date": "2026-01-01")");
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> draw(0.01, 2);
  std::size_t rated = 0;
  for (int i = 0; i < 200; ++i) {
    const std::vector<double> row{30 * draw(random), 2 * draw(random), draw(random), draw(random) - 0.5};
    CashFlows flows;
    for (const ModelPayment& payment : project.payments(row)) flows.flows.push_back({payment.time, payment.amount});
    CHECK_THAT(project.value("npv", row), WithinAbs(net_present_value(flows, row[3]), 1e-12 * row[0]));
    const double found = project.value("irr", row);
    const InternalRate rate = internal_rate(flows);
    REQUIRE(std::isfinite(found) == rate.selected.has_value());
    if (rate.selected) CHECK_THAT(found, WithinRel(*rate.selected, 1e-11) || WithinAbs(*rate.selected, 1e-13));
    rated += rate.selected.has_value();
  }
  CHECK(rated > 50);
}

TEST_CASE("several rates of return: the one nearest to zero; none: no value, and why") {
  const std::string inputs = R"("x": 600)";
  const Model two = model(
      inputs,
      R"({"t": 0, "amount": -50}, {"t": 1, "amount": -100}, {"t": 2, "amount": "x"}, {"t": 3, "amount": 300}, {"t": 4, "amount": -100})");
  CHECK_THAT(two.value("irr", two.means()), WithinRel(-0.768895470680781, 1e-12));
  const Model none = model(inputs, R"({"t": 0, "amount": "-x"}, {"t": 1, "amount": "3 * x"}, {"t": 2, "amount": "-2.5 * x"})");
  CHECK(std::isnan(none.value("irr", none.means())));
  CHECK_THAT(none.why_not("irr", none.means()), Contains("no rate above -100 %"));
  const Model lost = model(inputs, R"({"t": 0, "amount": "-x"}, {"t": 1, "amount": 1})");
  CHECK_THAT(lost.why_not("payback", lost.means()), Contains("never come back"));
  CHECK(lost.why_not("npv", lost.means()).empty());
}

TEST_CASE("blocks of rows are rows") {
  const Model project = model(kInputs, kProject, R"("expressions": {"twice": "saved * 2"})");
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> draw(0.1, 2);
  std::vector<std::vector<double>> columns;
  for (const double mean : project.means()) {
    columns.emplace_back();
    for (int row = 0; row < 1300; ++row) columns.back().push_back(mean * draw(random));
  }
  const std::vector<std::span<const double>> inputs(columns.begin(), columns.end());
  for (const ModelOutput& output : project.outputs()) {
    std::vector<double> results(1300);
    project.evaluation(output.name)(inputs, results);
    for (std::size_t row = 0; row < results.size(); row += 97) {
      std::vector<double> one;
      for (const auto& column : columns) one.push_back(column[row]);
      const double alone = project.value(output.name, one);
      CHECK((results[row] == alone || (std::isnan(results[row]) && std::isnan(alone))));
    }
  }
}

TEST_CASE("units are converted and stated") {
  const Model project =
      model(R"("capex": {"value": 5000, "unit": "万 USD"}, "price": {"value": 2, "unit": "USD/node-hour"},
                                 "saved": {"value": 3, "unit": "thousand node-days"})",
            R"({"t": 0, "amount": "-capex"}, {"t": 1, "amount": "saved * price"})",
            R"("expressions": {"hours": {"expression": "saved", "unit": "node-hours"}, "worth": "saved * price", "days": "saved / 2"})");
  CHECK(project.payments(project.means())[0].amount == -50);
  CHECK_THAT(project.payments(project.means())[1].amount, WithinRel(0.144, 1e-15));
  CHECK(project.inputs()[0].base_unit == "million USD");
  CHECK(project.inputs()[0].scale == 0.01);
  CHECK(project.value("hours", project.means()) == 72000);
  CHECK(project.output("hours").unit == "node-hours");
  CHECK(project.output("worth").unit == "million USD");
  CHECK(project.output("days").unit == "hour-node");
}

TEST_CASE("another currency needs its price") {
  const std::string inputs = R"("capex": {"value": 3, "unit": "亿 CNY"}, "rate": {"value": 7.5, "unit": "CNY/USD"})";
  CHECK_THAT(failure(inputs, R"({"t": 0, "amount": "-capex"})"),
             Contains("cashflows[0].amount") && Contains("the amount is CNY, expected USD") && Contains("multiply by an input in USD/CNY"));
  const Model converted = model(inputs, R"({"t": 0, "amount": "-capex / rate"})");
  CHECK(converted.payments(converted.means())[0].amount == -40);
}

TEST_CASE("units that do not agree are refused with the place") {
  const std::string inputs =
      R"("m": {"value": 1, "unit": "USD"}, "h": {"value": 1, "unit": "hour"}, "free": 2, "share": {"value": 50, "unit": "%"})";
  const auto amount = [&](const std::string& expression) { return failure(inputs, R"({"t": 1, "amount": ")" + expression + "\"}"); };
  CHECK_THAT(amount("m + h"), Contains("cashflows[0].amount, column 3: the units of the two sides of + differ: USD and hour"));
  CHECK_THAT(amount("max(m, h)"), Contains("column 1") && Contains("two sides of max differ"));
  CHECK_THAT(amount("if(m > h, m, 0)"), Contains("column 6") && Contains("two sides of > differ"));
  CHECK_THAT(amount("m - 20"), Contains("USD and a number") && Contains("make the number an input with a unit"));
  CHECK_THAT(amount("exp(m) * m"), Contains("exp takes a number without a unit, found USD"));
  CHECK_THAT(amount("share * 3"), Contains("the amount is a number, expected USD"));
  CHECK_THAT(amount("m ^ share"), Contains("can only be raised to a whole number"));
  CHECK_THAT(amount("m ^ h"), Contains("^ takes a number without a unit, found hour"));
  CHECK_THAT(amount("m * m"), Contains("the amount is USD^2"));
  for (const char* const fine :
       {"m * share", "max(0, m)", "m * free", "free", "m + free", "-20", "2 * 3", "m * h / h", "m ^ 2 / m", "if(h > 0, m, 0)"})
    CHECK(amount(fine) == "none");
  CHECK_THAT(failure(inputs, R"({"t": 1, "amount": "m"})", R"("expressions": {"a": {"expression": "m * h", "unit": "hour"}})"),
             Contains("expressions.a") && Contains("the expression is USD-hour, and its unit hour"));
}

TEST_CASE("scenarios and settings replace values, and are checked") {
  const std::string scenarios = R"("scenarios": {"bad": {"saved": 30, "growth": {"value": -5, "unit": "%", "source": "a guess"}},
                                                  "chance": {"saved": {"dist": {"type": "normal", "mean": 40, "sd": 4}}}})";
  const Model bad = model(kInputs, kProject, scenarios, {"bad", {}});
  CHECK(bad.payments(bad.means())[1].amount == 30);
  CHECK_THAT(bad.payments(bad.means())[2].amount, WithinRel(28.5, 1e-15));
  CHECK(bad.inputs()[1].source == "scenario bad");
  CHECK(bad.inputs()[2].source == "scenario bad: a guess");
  CHECK_FALSE(model(kInputs, kProject, scenarios, {"chance", {}}).inputs()[1].distribution.is_constant());
  const Model set = model(kInputs, kProject, scenarios, {"bad", {"saved=35", "discount_rate=0.2"}});
  CHECK(set.means() == std::vector<double>{100, 35, -5, 0.2});
  CHECK_THAT(failure(kInputs, kProject, scenarios, {"good", {}}), Contains("unknown scenario 'good'") && Contains("there are bad, chance"));
  CHECK_THAT(failure(kInputs, kProject, {}, {"good", {}}), Contains("the model has none"));
  CHECK_THAT(failure(kInputs, kProject, {}, {std::nullopt, {"x=1"}}),
             Contains("unknown input 'x'") && Contains("capex, saved, growth, discount_rate"));
  CHECK_THAT(failure(kInputs, kProject, R"("scenarios": {"a": {"sawed": 1}})"),
             Contains("scenarios.a") && Contains("unknown input 'sawed'"));
  CHECK_THAT(failure(kInputs, kProject, R"("scenarios": {"a": {"saved": {"value": 1, "unit": "hour"}}})"),
             Contains("is hour, and the input is in \"million USD\""));
}

TEST_CASE("settings out of records keep their units") {
  const test_support::ScratchFolder folder;
  folder.file("r.json", R"({"schema": "daybreak.dataset/1", "input_bytes": 3221225472, "loss": 2, "span_s": 7200, "text": "x"})");
  folder.file("new.json", R"({"schema": "daybreak.dataset/2", "input_bytes": 1})");
  const std::string inputs =
      R"("data": {"value": 1, "unit": "GiB"}, "price": {"value": 0.1, "unit": "million USD/GiB"},
         "ratio": {"value": 1, "unit": "x"}, "bare": 1)";
  const std::string flows = R"({"t": 0, "amount": "data * price * ratio"})";
  const auto set = [&](const std::string& name, const std::string& rest) {
    return ModelChanges{std::nullopt, {name + "=@" + folder.path().string() + "/" + rest}};
  };
  const Model given = model(inputs, flows, {}, set("data", "r.json:/input_bytes"));
  CHECK(given.inputs()[0].distribution.mean() == 3);
  CHECK_THAT(given.inputs()[0].source, Contains("r.json:/input_bytes, 3221225472 of the field's unit"));
  CHECK_THAT(npv(given), WithinRel(0.3, 1e-15));
  CHECK_THAT(failure(inputs, flows, {}, set("data", "r.json:/span_s")), Contains("the field is in hour and the input in \"GiB\""));
  CHECK_THAT(failure(inputs, flows, {}, set("data", "r.json:/output_bytes")),
             Contains("nothing is at /output_bytes") && Contains("input_bytes"));
  CHECK_THAT(failure(inputs, flows, {}, set("data", "r.json:/text")), Contains("/text is a string, expected a number"));
  CHECK_THAT(failure(inputs, flows, {}, set("data", "new.json:/input_bytes")),
             Contains("daybreak.dataset/2") && Contains("another version"));
  CHECK_THAT(joined(model(inputs, flows, {}, set("ratio", "r.json:/loss")).warnings()),
             Contains("--set ratio: the field's name tells no unit"));
  CHECK_THAT(joined(model(inputs, flows, {}, set("bare", "r.json:/span_s")).warnings()), Contains("--set bare: the input has no unit"));
}

TEST_CASE("correlations are of inputs with a chance") {
  const std::string inputs =
      R"("a": {"dist": {"type": "normal", "mean": 1, "sd": 1}}, "b": {"dist": {"type": "uniform", "min": 0, "max": 1}}, "c": 1)";
  const std::string flows = R"({"t": 0, "amount": "a + b + c"})";
  const auto with = [&](const std::string& pairs, const ModelChanges& changes = {}) {
    return failure(inputs, flows, R"("correlations": [)" + pairs + "]", changes);
  };
  const Model right = model(inputs, flows, R"("correlations": [["b", "a", -0.5]])");
  REQUIRE(right.correlations().size() == 1);
  CHECK(right.correlations()[0].first == 1);
  CHECK(right.correlations()[0].value == -0.5);
  CHECK_THAT(with(R"(["a", "b", 1.5])"), Contains("correlations[0]: expected a rank correlation from -1 to 1, found 1.5"));
  CHECK_THAT(with(R"(["a", "x", 0.5])"), Contains("unknown input 'x'"));
  CHECK_THAT(with(R"(["a", "c", 0.5])"), Contains("'c' has no chance"));
  CHECK_THAT(with(R"(["a", "a", 0.5])"), Contains("with itself"));
  CHECK_THAT(with(R"(["a", "b", 0.5], ["b", "a", 0.5])"), Contains("correlations[1]: this pair has a correlation already"));
  CHECK_THAT(with(R"(["a", "b"])"), Contains("expected [input, input, rank correlation]"));
  const Model fixed = model(inputs, flows, R"("correlations": [["a", "b", 0.5]])", {std::nullopt, {"a=2"}});
  CHECK(fixed.correlations().empty());
  CHECK_THAT(joined(fixed.warnings()), Contains("correlation of 'a'"));
}

TEST_CASE("what a value lacks is said with its place") {
  const Model project = model(R"("x": 0, "y": 5)", R"({"t": 0, "amount": "y - y"}, {"t": 1, "amount": "y / x + 1"})",
                              R"~("expressions": {"root": "(y - 6)^0.5", "guarded": "if(x == 0, 0, y / x)", "large": "exp(y * 200)"})~");
  CHECK(std::isnan(npv(project)));
  CHECK(project.why_not("npv", project.means()) == "model.json: cashflows[1].amount, column 3: division by zero (5 / 0)");
  CHECK(project.why_not("irr", project.means()) == "model.json: cashflows[1].amount, column 3: division by zero (5 / 0)");
  CHECK(project.why_not("root", project.means()) == "model.json: expressions.root, column 8: the power 0.5 of -1");
  CHECK(project.why_not("large", project.means()) == "model.json: expressions.large, column 1: exp gives more than any double holds");
  CHECK(project.value("guarded", project.means()) == 0);
  const Model rate = model(R"("x": 1)", R"({"t": 1, "amount": "x"})");
  CHECK(std::isnan(rate.value("npv", std::vector<double>{1, -1})));
  CHECK(std::isnan(rate.value("npv", std::vector<double>{1, -3})));
}

TEST_CASE("mistakes in a model are told with their place") {
  const std::string flow = R"({"t": 1, "amount": "x"})", input = R"("x": 1)";
  CHECK_THAT(failure(input, R"({"t": 1, "amount": "x + z"})"),
             Contains("cashflows[0].amount, column 5: unknown name 'z'") && Contains("known: t, discount_rate, x"));
  CHECK_THAT(failure(input, R"({"name": "rent", "t": 1, "amount": "x", "amuont": 1})"),
             Contains("cashflows[0] 'rent': unknown member 'amuont'"));
  CHECK_THAT(failure(input, R"({"t": 1, "from": 1, "amount": "x"})"), Contains("expected one of t, date and from"));
  CHECK_THAT(failure(input, R"({"amount": "x"})"), Contains("expected one of t, date and from"));
  CHECK_THAT(failure(input, R"({"from": 1, "amount": "x"})"), Contains("from needs a to, or the model a horizon"));
  CHECK_THAT(failure(input, R"({"from": 3, "to": 2, "amount": "x"})"), Contains("from is past to"));
  CHECK_THAT(failure(input, R"({"t": 5, "amount": "x"})", R"("horizon": 3)"), Contains("the payment at 5 years is past the horizon of 3"));
  CHECK_THAT(failure(input, R"({"t": 1, "every": 2, "amount": "x"})"), Contains("beside from only"));
  CHECK_THAT(failure(input, R"({"from": 0, "to": 10000, "every": 1e-9, "amount": "x"})"), Contains("over 100,000 payments"));
  CHECK_THAT(failure(input, R"({"date": "2026-02-29", "amount": "x"})", R"("base_date": "2026-01-01")"),
             Contains("expected a date as YYYY-MM-DD, found '2026-02-29'"));
  CHECK_THAT(failure(input, R"({"date": "2026-02-28", "amount": "x"})"), Contains("a date needs the model's base_date"));
  CHECK_THAT(failure(input, R"({"date": "2025-02-28", "amount": "x"})", R"("base_date": "2026-01-01")"), Contains("before the base date"));
  CHECK_THAT(failure(input, ""), Contains("cashflows: expected an array of cash flows that is not empty"));
  CHECK_THAT(failure(input, flow, R"("expressions": {"a": "b + 1", "b": "a * 2"})"), Contains("in a circle: a needs b needs a"));
  CHECK_THAT(failure(input, flow, R"("expressions": {"x": "1"})"), Contains("'x' is the name of an input too"));
  CHECK_THAT(failure(input, flow, R"("expressions": {"min": "1"})"), Contains("'min' cannot be a name"));
  CHECK_THAT(failure(R"("2x": 1)", flow), Contains("'2x' cannot be a name"));
  CHECK_THAT(failure(R"("x": "7%")", flow), Contains("inputs.x: expected a number or an object, found \"7%\"") && Contains("write 0.07"));
  CHECK_THAT(failure(R"("x": {"value": 1, "dist": {"type": "normal", "mean": 1, "sd": 1}})", flow), Contains("either value or dist"));
  CHECK_THAT(failure(R"("x": {"value": "1"})", flow), Contains("value: expected a number, found \"1\""));
  CHECK_THAT(failure(R"("x": {"value": 1, "units": "USD"})", flow), Contains("inputs.x: unknown member 'units'"));
  CHECK_THAT(failure(R"("x": {"value": 1, "unit": "M USD"})", flow), Contains("inputs.x: write million"));
  CHECK_THAT(failure(R"("x": {"dist": {"type": "normal", "mean": 1, "sd": -1}})", flow), Contains("inputs.x.dist"));
  CHECK_THAT(failure(input, flow, R"("title": 3)"), Contains("title: expected a text"));
  CHECK_THAT(failure(input, flow, R"("colour": 3)"), Contains("unknown member 'colour'"));
  const auto whole = [](const char* text) {
    try {
      read_model(io::Json::parse(text, "m"), "m");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  CHECK_THAT(whole(R"({"schema": "daybreak.return-model/2"})"), Contains("expected a record of schema daybreak.return-model/1"));
  CHECK_THAT(whole("[]"), Contains("expected an object"));
  CHECK_THAT(whole(R"({"schema": "daybreak.return-model/1", "currency": "GPU", "unit": "million"})"), Contains("code of ISO 4217"));
  CHECK_THAT(whole(R"({"schema": "daybreak.return-model/1", "currency": "USD"})"), Contains("the member 'unit' is missing"));
  CHECK_THAT(whole(R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "hour"})"),
             Contains("unit: expected 1, thousand, million"));
  CHECK_THAT(
      whole(R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "inputs": {}, "discount_rate": -1, "cashflows": []})"),
      Contains("expected a rate above -1"));
}

TEST_CASE("a rate of 700 % is doubted") {
  const Model doubtful = model(kInputs, kProject, {}, {std::nullopt, {"discount_rate=7"}});
  CHECK_THAT(joined(doubtful.warnings()), Contains("the discount rate is 700 % a year"));
}

TEST_CASE("ten thousand years of payments stay finite") {
  const Model perpetual = model(R"("x": 1)", R"({"from": 1, "to": 10000, "amount": "x"})");
  CHECK_THAT(npv(perpetual), WithinRel(10.0, 1e-12));  // 1 / 0.1
  CHECK_THAT(perpetual.value("npv", std::vector<double>{1, 0}), WithinRel(10000.0, 1e-14));
  CHECK_THAT(perpetual.value("npv", std::vector<double>{1, 0.0001}), WithinRel((1 - std::pow(1.0001, -10000)) / 0.0001, 1e-11));
}
