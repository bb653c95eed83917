#include "libcore/finance/flows/payback.h"

#include "libcore/base/error.h"
#include "tests/unit/finance/flows_support.h"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinRel;

TEST_CASE("the money is back between two payments") {
  const Payback simple = payback(periodic({-100, 39, 59, 55, 20}), 0);
  CHECK(simple.status == PaybackStatus::once);
  CHECK_THAT(simple.times.at(0), WithinRel(2 + 2 / 55.0, 1e-14));
  // Discounted by 10 %: -100 + 40/1.1 + 40/1.21 + 40/1.331 = -0.53 is owed after 3, and 40/1.4641 comes.
  const Payback discounted = payback(periodic({-100, 40, 40, 40, 40}), 0.1);
  CHECK_THAT(discounted.times.at(0), WithinRel(3 + (100 - 40 / 1.1 - 40 / 1.21 - 40 / 1.331) / (40 / 1.4641), 1e-13));
  CHECK_THAT(payback(periodic({-100, 40, 40, 40, 40}), 0).times.at(0), WithinRel(2.5, 1e-15));
}

TEST_CASE("money may be back at once, never, or several times") {
  CHECK(payback(periodic({10, 5}), 0).status == PaybackStatus::at_once);
  CHECK(payback(periodic({10, -5}), 0).status == PaybackStatus::at_once);
  const Payback never = payback(periodic({-100, 40, 40}), 0);
  CHECK(never.status == PaybackStatus::never);
  CHECK(never.times.empty());
  CHECK_FALSE(never.stays);
  const Payback twice = payback(periodic({-100, 120, -60, 80}), 0);
  CHECK(twice.status == PaybackStatus::several);
  REQUIRE(twice.times.size() == 2);
  CHECK_THAT(twice.times[0], WithinRel(100 / 120.0, 1e-15));
  CHECK_THAT(twice.times[1], WithinRel(2.5, 1e-15));
  CHECK(twice.stays);
  const Payback lost = payback(periodic({-100, 120, -60}), 0);  // back once, and lost
  CHECK(lost.status == PaybackStatus::several);
  CHECK(lost.times.size() == 1);
  CHECK_FALSE(lost.stays);
  CHECK(payback(periodic({50, -100, 60}), 0).status == PaybackStatus::once);  // money first
  CHECK(payback(periodic({-100, 105}), 0.1).status == PaybackStatus::never);  // but not with interest
}

TEST_CASE("sums of decimals that vanish are back") {
  CHECK(payback(periodic({-0.3, 0.1, 0.2}), 0).status == PaybackStatus::once);
  CHECK(payback(periodic({-100, 110}), 0.1).status == PaybackStatus::once);
  CHECK_THROWS_AS(payback(periodic({-1, 1}), -1), Error);
}
