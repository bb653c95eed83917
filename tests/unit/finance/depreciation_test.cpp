#include "libcore/finance/costs/depreciation.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinRel;

TEST_CASE("straight line: the same loss every year, down to what is left") {
  const std::vector<double> values = book_values(30000, 3, {.residual_share = 0.1});
  REQUIRE(values.size() == 4);
  CHECK(values[0] == 30000);
  CHECK_THAT(values[1], WithinRel(21000.0, 1e-15));
  CHECK_THAT(values[2], WithinRel(12000.0, 1e-15));
  CHECK_THAT(values[3], WithinRel(3000.0, 1e-15));
}

// DDB(2400; 300; 10; 1) = 480, year 2: 384, year 10: 22.12 (documentation of Excel's DDB).
TEST_CASE("double declining balance agrees with Excel's documentation") {
  const std::vector<double> values = book_values(2400, 10, {.method = DepreciationMethod::declining_balance, .residual_share = 0.125});
  CHECK_THAT(values[0] - values[1], WithinRel(480.0, 1e-14));
  CHECK_THAT(values[1] - values[2], WithinRel(384.0, 1e-14));
  CHECK_THAT(values[9] - values[10], WithinRel(22.1225472, 1e-9));
  CHECK_THAT(values[10], WithinRel(300.0, 1e-15));
}

TEST_CASE("by price and performance the value falls by 0.14 orders of magnitude a year") {
  const std::vector<double> values = book_values(1000, 5, {.method = DepreciationMethod::price_performance});
  CHECK_THAT(values[1], WithinRel(1000 / std::pow(10, 0.14), 1e-15));
  CHECK_THAT(values[5], WithinRel(1000 * 0.19952623149688797, 1e-14));  // 10^-0.7
}

TEST_CASE("the tax shield is the tax on each year's loss, discounted") {
  const std::vector<double> values{100, 60, 30, 0};
  CHECK_THAT(tax_shield(values, 0.25, 0.1), WithinRel(10 / 1.1 + 7.5 / 1.21 + 7.5 / 1.331, 1e-14));
  CHECK(tax_shield(values, 0, 0.1) == 0);
}

TEST_CASE("impossible depreciations are refused") {
  CHECK_THROWS_AS(book_values(-1, 3, {}), Error);
  CHECK_THROWS_AS(book_values(1, 0, {}), Error);
  CHECK_THROWS_AS(book_values(1, 3, {.residual_share = 1.5}), Error);
  CHECK_THROWS_AS(depreciation_of("sum-of-years"), Error);
}
