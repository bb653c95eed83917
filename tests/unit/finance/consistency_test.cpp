#include "libcore/finance/claims/consistency.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::WithinRel;

// The fractions are worked out by hand: (1 - 10/28) / (3/4) = 6/7.
TEST_CASE("four times faster input makes training 2.8 times as fast only if six sevenths of the time was input") {
  CHECK_THAT(*amdahl_share(2.8, 4), WithinRel(6.0 / 7, 1e-15));
  CHECK_THAT(amdahl_speedup(6.0 / 7, 4), WithinRel(2.8, 1e-15));
  CHECK_THAT(amdahl_ceiling(6.0 / 7), WithinRel(7.0, 1e-14));
  CHECK_THAT(amdahl_speedup(0.05, 4), WithinRel(1 / 0.9625, 1e-15));
  CHECK(amdahl_speedup(0, 4) == 1);
  CHECK(amdahl_speedup(1, 4) == 4);
  CHECK(std::isinf(amdahl_ceiling(1)));
}

TEST_CASE("what no share can do has none") {
  CHECK_FALSE(amdahl_share(4.1, 4));   // more than all of it
  CHECK_FALSE(amdahl_share(2, 1));     // nothing became faster
  CHECK_FALSE(amdahl_share(0.9, 4));   // slower
  CHECK(*amdahl_share(1, 1) == 0);
  CHECK_THAT(*amdahl_share(4, 4), WithinRel(1.0, 1e-15));
}

TEST_CASE("hardware that is 30 % dearer makes a unit of work cheaper by the speedup, whatever its share") {
  CHECK_THAT(cost_per_work(0.3, 0.3, 2.8), WithinRel(1.09 / 2.8, 1e-15));  // 0.389
  CHECK_THAT(cost_per_work(0.3, 0.8, 2.8), WithinRel(1.24 / 2.8, 1e-15));  // 0.443
  CHECK_THAT(cost_per_work(0.3, 1, 1), WithinRel(1.3, 1e-15));
}

TEST_CASE("a multiple of 13 at growth 5 is that of 2.5 million, not of 80") {
  CHECK_THAT(*investment_of_multiple(13, 5), WithinRel(2.5, 1e-13));
  CHECK(*investment_of_multiple(12.5, 5) == 0);
  CHECK_FALSE(investment_of_multiple(12, 5));
  CHECK_FALSE(investment_of_multiple(22.5, 5));  // every investment from the kink on
}

TEST_CASE("numbers that make no claim are refused") {
  CHECK_THROWS_AS(amdahl_speedup(1.1, 4), Error);
  CHECK_THROWS_AS(amdahl_speedup(NAN, 4), Error);
  CHECK_THROWS_AS(amdahl_speedup(0.5, 0), Error);
  CHECK_THROWS_AS(amdahl_share(0, 4), Error);
  CHECK_THROWS_AS(cost_per_work(-1, 0.5, 2), Error);
  CHECK_THROWS_AS(investment_of_multiple(13, 0), Error);
}
