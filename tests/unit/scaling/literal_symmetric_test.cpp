// The literal rule with both thresholds times the nodes.
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak::scaling;

TEST_CASE("the symmetric literal rule follows its table by hand") {
  // threshold 60 s and mu 2: start above 120 * n, release below 84 * n.
  PolicyOptions options;
  const auto desired = [&](std::int64_t ready, std::int64_t pending, double queue, std::int64_t old = 0) {
    const Observation seen{.ready = ready, .pending = pending, .old = old, .queue = queue};
    return make_policy("literal-symmetric", options, {.service_rate = 2})->decide(seen).desired;
  };
  CHECK(desired(10, 0, 1201) == 11);
  CHECK(desired(10, 0, 1200) == 10);
  CHECK(desired(10, 0, 840) == 10);  // the literal rule would rest from 84 on
  CHECK(desired(10, 0, 839) == 9);
  CHECK(desired(8, 2, 839) == 9);
  CHECK(desired(1, 0, 83) == 0);
  CHECK(desired(0, 0, 0) == 0);
  CHECK(desired(0, 0, 1) == 1);
  options.literal.age_rule = "guard";
  CHECK(desired(10, 0, 839) == 10);
  CHECK(desired(10, 0, 839, 1) == 9);
  CHECK(make_policy("literal-symmetric", options, {})->name() == "literal-symmetric-guard");
}
