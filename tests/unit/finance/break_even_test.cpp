#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/model/break_even.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

Model model(const std::string& inputs, const std::string& cashflows, const std::string& more = {}) {
  return read_model(
      io::Json::parse(R"({"schema": "daybreak.return-model/1", "currency": "USD", "unit": "1", "discount_rate": 0.1, "inputs": {)" +
                          inputs + R"(}, "cashflows": [)" + cashflows + "]" + more + "}",
                      "m"),
      "m");
}

BreakEven solve(const Model& model, const std::string& input, const std::string& goal,
                std::optional<std::pair<double, double>> range = {}) {
  const StopToken stop;
  return BreakEvenSearch(model, {.input = input, .goal = parse_goal(goal), .range = range, .cases = 1 << 11, .seed = 3}).run(stop);
}

}  // namespace

TEST_CASE("the usual range goes from zero to ten times the value, or past the tails, and keeps the sign") {
  CHECK(usual_range(constant(3)) == std::pair{0.0, 30.0});
  CHECK(usual_range(constant(-2)) == std::pair{-20.0, 0.0});
  CHECK(usual_range(constant(0)) == std::pair{-1.0, 1.0});
  const auto [low, high] = usual_range(uniform(10, 11));
  CHECK_THAT(low, WithinAbs(10.001 - 0.998, 1e-12));
  CHECK_THAT(high, WithinAbs(10.999 + 0.998, 1e-12));
  CHECK(usual_range(lognormal(0, 2)).first == 0);
}

TEST_CASE("a quadratic has both its roots, one, or none") {
  // npv = a - (x - 4)^2 at once.
  const auto quadratic = [](const char* a) { return model(R"("x": 5, "a": )" + std::string(a), R"({"t": 0, "amount": "a - (x - 4)^2"})"); };
  const BreakEven two = solve(quadratic("2"), "x", "npv=0");
  REQUIRE(two.within.all.size() == 2);
  CHECK_THAT(two.within.all[0].from, WithinRel(4 - std::sqrt(2.0), 1e-14));
  CHECK_THAT(two.within.all[1].from, WithinRel(4 + std::sqrt(2.0), 1e-14));
  const BreakEven touch = solve(quadratic("0"), "x", "npv=0", std::pair{0.0, 10.0});
  REQUIRE(touch.within.all.size() == 1);
  CHECK(touch.within.all[0].kind == CrossingKind::touches);
  CHECK_THAT(touch.within.all[0].from, WithinAbs(4, 1e-5));
  CHECK(solve(quadratic("-1"), "x", "npv=0").within.all.empty());
  CHECK(solve(quadratic("-1"), "x", "npv=0").outside.empty());
  const BreakEven outside = solve(quadratic("2"), "x", "npv=0", std::pair{6.0, 7.0});
  REQUIRE(outside.outside.size() == 2);
  CHECK_THAT(outside.outside[0].from, WithinRel(4 - std::sqrt(2.0), 1e-14));
}

TEST_CASE("a goal of any output, in the units of input and output") {
  const Model cluster = model(
      R"("gpus": {"value": 8, "unit": "GPU"}, "power": {"value": 700, "unit": "W/GPU"})", R"({"t": 0, "amount": -1})",
      R"(, "expressions": {"energy": {"expression": "gpus * power * t0", "unit": "MWh"}, "t0": {"expression": "1", "unit": "year"}})");
  const BreakEven found = solve(cluster, "gpus", "energy=100");
  REQUIRE(found.within.all.size() == 1);
  CHECK_THAT(found.within.all[0].from, WithinRel(100 / (0.0007 * 8760), 1e-13));
}

TEST_CASE("the probability of a loss, against the normal law") {
  // npv = x + a + b, whose uncertain part is normal with mean 3 and deviation 5; z(0.1) = -1.2815515655446004.
  const Model risky =
      model(R"("x": 5, "a": {"dist": {"type": "normal", "mean": 1, "sd": 3}}, "b": {"dist": {"type": "normal", "mean": 2, "sd": 4}})",
            R"({"t": 0, "amount": "x + a + b"})");
  const BreakEven found = solve(risky, "x", "loss=0.1");
  REQUIRE(found.within.all.size() == 1);
  const double exact = 5 * 1.2815515655446004 - 3;
  CHECK_THAT(found.within.all[0].from, WithinAbs(exact, 4 * found.standard_errors.at(0)));
  CHECK(found.standard_errors[0] < 0.02);
  CHECK(found.standard_errors[0] > 1e-5);
  // With a correlation the deviation is another one: rho = 2 sin(pi/12) of the normal law for Spearman's 0.5.
  const Model together =
      model(R"("x": 5, "a": {"dist": {"type": "normal", "mean": 1, "sd": 3}}, "b": {"dist": {"type": "normal", "mean": 2, "sd": 4}})",
            R"({"t": 0, "amount": "x + a + b"})", R"(, "correlations": [["a", "b", 0.5]])");
  const double deviation = std::sqrt(25 + 2 * 12 * 2 * std::sin(std::acos(-1.0) / 12));
  const BreakEven wider = solve(together, "x", "loss=0.1");
  CHECK_THAT(wider.within.all.at(0).from, WithinAbs(deviation * 1.2815515655446004 - 3, 4 * wider.standard_errors.at(0)));
  // The input's own law does not count, for it is set; its correlation is left out, and that is said.
  const BreakEven set = solve(together, "a", "loss=0.1");
  CHECK_THAT(set.within.all.at(0).from, WithinAbs(4 * 1.2815515655446004 - 7, 4 * set.standard_errors.at(0)));
  CHECK_THAT(set.notes.at(0), Contains("correlations of a are left out"));
}

TEST_CASE("cases without a value leave no probability") {
  const Model broken = model(R"("x": 5, "a": {"dist": {"type": "normal", "mean": 1, "sd": 1}}, "one": {"value": 1, "unit": "USD"})",
                             R"~({"t": 0, "amount": "one * (log(a) + x)"})~");
  const BreakEven found = solve(broken, "x", "loss=0.1");
  CHECK(found.within.all.empty());
  CHECK(found.within.undefined_share == 1);
}

TEST_CASE("goals that are none are refused") {
  CHECK_THROWS_WITH(parse_goal("npv"), Contains("such as npv=0"));
  CHECK_THROWS_WITH(parse_goal("=3"), Contains("such as npv=0"));
  CHECK_THROWS_WITH(parse_goal("loss=1"), Contains("between 0 and 1"));
}
