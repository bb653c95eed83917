// Laws of chance against values in 40 digits, and what is refused of their descriptions.
#include "libcore/base/error.h"
#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/normal_law.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

const std::string kData = std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/finance/data/";

Distribution law_of(const std::string& text) {
  return read_distribution(io::Json::parse(text, "law"), "model.json: input 'x'");
}

std::string refusal(const std::string& text) {
  try {
    law_of(text);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::data);
    return error.what();
  }
  return "accepted";
}

}  // namespace

// data/quantiles.csv: mpmath 1.3 with 40 digits (erfc, betainc, findroot).
TEST_CASE("quantiles, their inverse and means agree with 40-digit arithmetic") {
  const io::CsvTable table = io::read_csv(io::InputFile(kData + "quantiles.csv"));
  REQUIRE(table.rows.size() > 250);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Distribution law = law_of(table.rows[row][0]);
    const double p = table.number(row, 1), wanted = table.number(row, 2), mean = table.number(row, 3);
    INFO(table.rows[row][0] << " at " << p << ": found " << io::Json(law.quantile(p)).dump() << ", expected " << wanted);
    CHECK_THAT(law.quantile(p), WithinRel(wanted, 2e-14) || WithinAbs(wanted, 1e-14));
    CHECK_THAT(law.mean(), WithinRel(mean, 1e-12));
    CHECK_THAT(law.cdf(law.quantile(p)), WithinRel(p, 1e-9) || WithinAbs(p, 1e-13));  // a double is as wide near a limit
  }
}

TEST_CASE("quantiles of many values are those of one") {
  const std::vector<double> p{1e-9, 0.01, 0.07, 0.3, 0.5, 0.6, 0.924, 0.926, 0.99999};
  std::vector<double> x(p.size()), z(p.size());
  normal_quantiles(p, z);
  for (const char* text : {R"({"type":"normal","mean":1,"sd":2})", R"({"type":"lognormal","mu":1,"sigma":2})",
                           R"({"type":"triangular","min":0,"mode":1,"max":3})", R"({"type":"constant","value":4})"}) {
    const Distribution law = law_of(text);
    law.quantiles(p, x);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(x[i] == law.quantile(p[i]));
    law.from_normal(z, x);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK_THAT(x[i], WithinRel(law.quantile(p[i]), 1e-13));
  }
}

TEST_CASE("listed values have the chances that are written") {
  const Distribution demand = law_of(R"({"type":"discrete","values":[30,10,20],"weights":[0.5,0.2,0.3]})");
  CHECK(demand.quantile(0.2) == 10);
  CHECK(demand.quantile(0.2000001) == 20);
  CHECK(demand.quantile(0.51) == 30);
  CHECK_THAT(demand.mean(), WithinRel(23.0, 1e-15));
  CHECK_THAT(demand.cdf(25), WithinRel(0.5, 1e-15));
  CHECK(demand.cdf(9.9) == 0);
  const Distribution some = law_of(R"({"type":"discrete","values":[30,10,20],"weights":[0.5,0.2,0.3],"truncate":[15,null]})");
  CHECK_THAT(some.mean(), WithinRel((20 * 0.3 + 30 * 0.5) / 0.8, 1e-15));
  CHECK(some.quantile(0.374) == 20);
  CHECK(some.quantile(0.376) == 30);
  const Distribution measured = law_of(R"({"type":"empirical","values":[3,1,2,2]})");
  CHECK(measured.quantile(0.25) == 1);
  CHECK(measured.quantile(0.26) == 2);
  CHECK(measured.quantile(0.75) == 2);
  CHECK(measured.quantile(0.76) == 3);
  CHECK(measured.mean() == 2);
  CHECK(law_of("7").is_constant());
}

TEST_CASE("an empirical law takes its values from a column of a table") {
  io::CsvTable table{
      .name = "prices.csv", .header = {"day", "price"}, .has_header = true, .rows = {{"1", "5"}, {"2", "x"}}, .lines = {2, 3}};
  const auto read = [&](const std::string& file) {
    CHECK(file == "prices.csv");
    return table;
  };
  const auto law = [&](const char* text) { return read_distribution(io::Json::parse(text, "law"), "model.json", read); };
  CHECK_THROWS_WITH(law(R"({"type":"empirical","file":"prices.csv","column":"price"})"),
                    Contains("prices.csv:3: price: expected a finite number, found 'x'"));
  table.rows[1][1] = "9";
  CHECK(law(R"({"type":"empirical","file":"prices.csv","column":"price"})").mean() == 7);
  CHECK_THROWS_WITH(law(R"({"type":"empirical","file":"prices.csv","column":"cost"})"),
                    Contains("no column 'cost'") && Contains("day, price"));
  CHECK_THROWS_WITH(law(R"({"type":"empirical","file":"prices.csv"})"), Contains("expected one column, found 2"));
  CHECK_THAT(refusal(R"({"type":"empirical","file":"prices.csv"})"), Contains("cannot be named here"));
}

TEST_CASE("laws that are none are refused with what is wrong") {
  const std::pair<const char*, const char*> cases[]{
      {R"({"type":"normal","mean":1,"sd":-1})", "an sd above 0, found 1, -1"},
      {R"({"type":"normal","mean":1,"sd":0})", "an sd above 0"},
      {R"({"type":"normal","mean":1})", "the member 'sd' is missing"},
      {R"({"type":"normal","mean":"1","sd":1})", "mean: expected a number, found \"1\""},
      {R"({"type":"normal","mean":1,"sd":1,"skew":2})", "unknown member 'skew'"},
      {R"({"type":"gauss","mean":1,"sd":1})", "unknown distribution 'gauss'; known: constant, normal"},
      {R"({"mean":1,"sd":1})", "the member 'type' is missing"},
      {R"([1, 2])", "expected an object, found array"},
      {R"({"type":"lognormal","mu":1,"sigma":-0.5})", "a sigma above 0"},
      {R"({"type":"lognormal","mu":1,"sigma":40})", "whose mean is a finite number"},
      {R"({"type":"lognormal","mean":-1,"sd":1})", "mean: expected a number above 0, found -1"},
      {R"({"type":"lognormal","p10":-1,"p90":1})", "expected quantiles above 0"},
      {R"({"type":"lognormal","p10":1})", "expected two quantiles, such as p10 and p90, found one"},
      {R"({"type":"lognormal","p10":1,"p50":2,"p90":3})", "found a third"},
      {R"({"type":"normal","p10":5,"p90":4})", "grow with their percentage"},
      {R"({"type":"normal","p0":5,"p90":6})", "from above p0 to below p100"},
      {R"({"type":"triangular","min":2,"mode":1,"max":3})", "min <= mode <= max and min < max, found 2, 1, 3"},
      {R"({"type":"pert","min":2,"mode":1,"max":3})", "min <= mode <= max and min < max, found 2, 1, 3"},
      {R"({"type":"pert","min":1,"mode":1,"max":1})", "min < max"},
      {R"({"type":"pert","min":1,"mode":2,"max":3,"shape":0})", "a shape above 0"},
      {R"({"type":"uniform","min":3,"max":3})", "min < max, found 3, 3"},
      {R"({"type":"beta","alpha":0,"beta":1})", "alpha and beta within"},
      {R"({"type":"discrete","values":[1,2],"weights":[0.5,0.4]})", "weights that add up to 1, found 0.9"},
      {R"({"type":"discrete","values":[1,2],"weights":[1.5,-0.5]})", "weights of at least 0, found 2, -0.5"},
      {R"({"type":"discrete","values":[1,2],"weights":[1]})", "found 2 values and 1 weights"},
      {R"({"type":"discrete","values":[],"weights":[]})", "at least one"},
      {R"({"type":"discrete","values":[1]})", "two lists of numbers"},
      {R"({"type":"empirical","values":[]})", "at least one value, found none"},
      {R"({"type":"empirical"})", "either \"values\""},
      {R"({"type":"uniform","min":1,"max":2,"truncate":[3,4]})", "nothing of the distribution lies in 3 .. 4"},
      {R"({"type":"uniform","min":1,"max":2,"truncate":[2,1]})", "a lower limit below the upper one, found 2, 1"},
      {R"({"type":"uniform","min":1,"max":2,"truncate":5})", "expected a list of two limits, found 5"},
      {R"({"type":"uniform","min":1,"max":2,"truncate":["a",null]})", "expected numbers or null"},
      {R"({"type":"constant","value":2,"truncate":[1,3]})", "a constant has nothing to cut off"},
      {R"({"type":"discrete","values":[1,2],"weights":[0.5,0.5],"truncate":[5,6]})", "nothing of the distribution lies in"},
      {R"({"type":"normal","mean":0,"sd":1,"truncate":[50,null]})", "nothing of the distribution lies in"}};
  for (const auto& [text, wanted] : cases) {
    INFO(text);
    CHECK_THAT(refusal(text), Contains(wanted) && Contains("model.json: input 'x'"));
  }
}
