#include "libcore/finance/claims/literal.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("the literal formula gives 22.5 for 80 million and growth 5") {
  const LiteralReturn result = literal_return(80, 5);
  CHECK(result.roi_multiple == 22.5);
  CHECK(result.slope_per_million == 0);
  CHECK(result.ceiling_multiple == 22.5);
  CHECK(result.multiple_without_investment == 12.5);
  CHECK_THAT(result.implied_annual_return, WithinAbs(1.8231080, 1e-7));  // 22.5^(1/3) - 1
  CHECK(result.warnings.size() == 3);
  CHECK_THAT(literal_return(2.5, 5).roi_multiple, WithinRel(13.0, 1e-15));
  CHECK_THROWS_AS(literal_return(-1, 5), Error);
  CHECK_THROWS_AS(literal_return(1, NAN), Error);
}

TEST_CASE("below the kink the formula rises by 0.04 growth a million, above it by nothing") {
  for (const double growth : {0.5, 1.0, 5.0}) {
    CHECK_THAT(literal_return(2.5, growth).slope_per_million, WithinRel(0.04 * growth, 1e-15));
    CHECK_THAT(literal_return(50, growth).slope_per_million, WithinRel(0.04 * growth, 1e-15));  // from the left
    CHECK(literal_return(50.1, growth).slope_per_million == 0);
    CHECK_THAT(literal_return(1e6, growth).roi_multiple, WithinRel(4.5 * growth, 1e-15));
    CHECK_THAT(literal_return(0, growth).roi_multiple, WithinRel(2.5 * growth, 1e-15));
  }
}
