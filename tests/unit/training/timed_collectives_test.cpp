// The clock around what ranks do together.
#include "libcore/training/collectives/timed.h"

#include <array>
#include <chrono>
#include <thread>

#include "libcore/training/collectives/self/self.h"
#include "tests/support/catch.hpp"

using namespace daybreak::training;

TEST_CASE("a timed job does what it would without a clock, and tells how long that took") {
  TimedCollectives alone(std::make_unique<Self>());
  CHECK(alone.size() == 1);
  CHECK(alone.rank() == 0);
  CHECK(alone.description() == "self");
  CHECK(alone.seconds() == 0);
  CHECK(all_gathered(alone, 7) == std::vector<int>{7});
  const std::array<float, 3> row{1, 2, 3};
  const std::array<const float*, 1> rows{row.data()};
  const std::array<std::int64_t, 1> counts{1};
  const std::array<Range, 1> parts{Range{0, 3}};
  float taken = 0;
  alone.exchange(rows, counts, parts, [&](std::span<const float* const> given) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    taken = given[0][2];
  });
  CHECK(taken == 3);
  CHECK(alone.seconds() >= 0.02);
  const double before = alone.seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(alone.seconds() == before);
}
