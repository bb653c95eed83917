// The schedule, the loss scale, and options that contradict each other.
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/training/loss_scale.h"
#include "libcore/training/options.h"
#include "libcore/training/schedule.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;
using Catch::Matchers::WithinAbs;

TEST_CASE("the learning rate rises in a line and falls along a cosine") {
  OptimizerOptions options;
  options.learning_rate = 8e-4;
  options.min_learning_rate = 2e-4;
  options.warmup_steps = 4;
  CHECK_THAT(learning_rate_at(options, 1, 12), WithinAbs(2e-4, 1e-18));
  CHECK_THAT(learning_rate_at(options, 2, 12), WithinAbs(4e-4, 1e-18));
  CHECK_THAT(learning_rate_at(options, 4, 12), WithinAbs(8e-4, 1e-18));
  // A quarter, half and three quarters of the way: (1 + cos 45, 90, 135 degrees) / 2 of 6e-4, above 2e-4.
  CHECK_THAT(learning_rate_at(options, 6, 12), WithinAbs(2e-4 + 6e-4 * 0.853553390593273762, 1e-17));
  CHECK_THAT(learning_rate_at(options, 8, 12), WithinAbs(5e-4, 1e-17));
  CHECK_THAT(learning_rate_at(options, 10, 12), WithinAbs(2e-4 + 6e-4 * 0.146446609406726238, 1e-17));
  CHECK_THAT(learning_rate_at(options, 12, 12), WithinAbs(2e-4, 1e-18));
  CHECK_THAT(learning_rate_at(options, 13, 12), WithinAbs(2e-4, 1e-18));
}

TEST_CASE("a schedule without warm-up, and one that is warm-up alone") {
  OptimizerOptions options;
  options.learning_rate = 1;
  CHECK(learning_rate_at(options, 1, 2) == 0.5 + 0.5 * std::cos(M_PI / 2));
  options.warmup_steps = 3;
  CHECK(learning_rate_at(options, 3, 3) == 1);
}

TEST_CASE("the loss scale doubles after 2000 clean steps and halves at each overflow") {
  LossScale scale(true);
  REQUIRE(scale.value() == 65536);
  for (int step = 1; step < 2000; ++step) REQUIRE(scale.update(true));
  CHECK(scale.value() == 65536);
  CHECK(scale.update(true));
  CHECK(scale.value() == 131072);
  CHECK_FALSE(scale.update(false));
  CHECK(scale.value() == 65536);
  CHECK(scale.skipped() == 1);
  CHECK(scale.clean_steps() == 0);
  for (int step = 0; step < 16; ++step) {
    CHECK_FALSE(scale.exhausted());
    CHECK_FALSE(scale.update(false));
  }
  CHECK(scale.value() == 1);
  CHECK(scale.exhausted());
}

TEST_CASE("without a loss scale a gradient that is not finite is the end") {
  LossScale scale(false);
  CHECK(scale.update(true));
  CHECK(scale.value() == 1);
  CHECK(scale.exhausted());
}

TEST_CASE("a restored loss scale goes on where it was") {
  LossScale scale(true);
  scale.restore(256, 1999, 3);
  CHECK(scale.update(true));
  CHECK(scale.value() == 512);
  CHECK(scale.skipped() == 3);
}

TEST_CASE("options that contradict each other are refused") {
  OptimizerOptions optimizer;
  optimizer.warmup_steps = 11;
  CHECK_THROWS_AS(optimizer.check(10), Error);
  CHECK_NOTHROW(optimizer.check(11));
  optimizer.min_learning_rate = 2 * optimizer.learning_rate;
  CHECK_THROWS_AS(optimizer.check(11), Error);
  BatchOptions batch{8, 16, 3};
  CHECK_THROWS_AS(batch.check(), Error);
  batch.micro_batch = 2;
  CHECK_NOTHROW(batch.check());
  CHECK(batch.at_once() == 2);
  CHECK(BatchOptions{8, 16, 0}.at_once() == 8);
  batch.reduce = "exact";
  CHECK_NOTHROW(batch.check());
  batch.micro_batch = 0;
  CHECK_THROWS_WITH(batch.check(), Catch::Matchers::Contains("there is no --micro-batch"));
}
