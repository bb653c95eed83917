// The middle of some numbers.
#include "libcore/base/median.h"

#include "tests/support/catch.hpp"

using namespace daybreak;

TEST_CASE("the median is the middle one, of two the larger one") {
  CHECK(median({3}) == 3);
  CHECK(median({5, 1, 4}) == 4);
  CHECK(median({7, 2, 9, -1}) == 7);
}
