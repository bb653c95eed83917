#include "libcore/finance/flows/modified_rate.h"

#include "libcore/base/error.h"
#include "tests/unit/finance/flows_support.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinRel;

TEST_CASE("the modified rate agrees with Excel's documentation") {
  const CashFlows flows = periodic({-120000, 39000, 30000, 21000, 37000, 46000});
  CHECK_THAT(*modified_rate(flows, 0.1, 0.12), WithinRel(0.126094130365905, 1e-12));
}

TEST_CASE("with equal rates of its own the modified rate is the internal rate") {
  const CashFlows flows = periodic({-100, 39, 59, 55, 20});
  CHECK_THAT(*modified_rate(flows, 0.28094842115996110, 0.28094842115996110), WithinRel(0.28094842115996110, 1e-14));
}

TEST_CASE("without inflows, outflows or time there is no modified rate") {
  CHECK_FALSE(modified_rate(periodic({-1, -2}), 0.1, 0.1));
  CHECK_FALSE(modified_rate(periodic({1, 2}), 0.1, 0.1));
  CHECK_FALSE(modified_rate(periodic({-1}), 0.1, 0.1));
  CHECK_THROWS_AS(modified_rate(periodic({-1, 2}), -1, 0.1), Error);
  CHECK_THROWS_AS(modified_rate(periodic({-1, 2}), 0.1, -2), Error);
}
