// The KEDA policy: the published cases of KEDA's own test, and what it makes of a cluster.
#include "libcore/base/error.h"
#include "libcore/scaling/policies/keda_strategy.h"
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

TEST_CASE("KEDA strategies: the cases of KEDA's own test") {
  // Source: kedacore/keda pkg/scaling/executor/scale_jobs_test.go; the functions are named beside the cases.
  struct Published {
    const char* name;
    KedaStrategy strategy;
    KedaCustom custom;
    KedaJobs jobs;
    std::int64_t allowed;
    std::optional<std::int64_t> asked = {};
  };
  const auto jobs = [](std::int64_t wanted, std::int64_t running, std::int64_t pending, std::int64_t most, std::int64_t messages = 1) {
    return KedaJobs{.wanted = wanted, .messages = messages, .running = running, .pending = pending, .most = most};
  };
  using enum KedaStrategy;
  const char* standards = "TestDefaultScalingStrategy";
  const char* customs = "TestCustomScalingStrategy";
  const char* accurates = "TestAccurateScalingStrategy";
  const char* eagers = "TestEagerScalingStrategy";
  const std::vector<Published> cases{
      {standards, standard, {}, jobs(3, 2, 0, 5), 1},
      {standards, standard, {}, jobs(2, 0, 0, 5), 2},
      {customs, custom, {1, 0.5}, jobs(3, 2, 0, 5), 1},
      {customs, custom, {1, 0.5}, jobs(10, 0, 0, 10), 9},
      {"the same, without parameters", custom, {}, jobs(3, 2, 0, 5), 1},
      {"the same, without parameters", custom, {}, jobs(2, 0, 0, 5), 2},
      {"the same, no share of running jobs", custom, {2, 0}, jobs(3, 2, 0, 5), 1},
      {"the same, above the maximum", custom, {-2, 0}, jobs(3, 2, 0, 4), 4},
      {"TestCustomScalingStrategyNilQueueLengthDeduction", custom, {0, 0.5}, jobs(10, 2, 0, 100), 9},
      {"TestCustomScalingStrategyNilQueueLengthDeduction", custom, {0, 0.5}, jobs(10, 0, 0, 100), 10},
      {accurates, accurate, {}, jobs(3, 2, 0, 5), 3},
      {accurates, accurate, {}, jobs(5, 2, 0, 5), 3},
      {accurates, accurate, {}, jobs(3, 4, 2, 10), 1},
      {accurates, accurate, {}, jobs(5, 4, 2, 5), 1},
      {accurates, accurate, {}, jobs(3, 3, 3, 5), 0},
      {accurates, accurate, {}, jobs(15, 15, 15, 20), 0},
      {accurates, accurate, {}, jobs(10, 10, 10, 15), 0},
      {accurates, accurate, {}, jobs(20, 15, 10, 20), 5},
      {eagers, eager, {}, jobs(4, 3, 0, 10), 4, 10},
      {eagers, eager, {}, jobs(4, 0, 3, 10), 4, 10},
      {eagers, eager, {}, jobs(4, 7, 0, 10), 3, 10},
      {eagers, eager, {}, jobs(4, 1, 6, 10), 3, 10},
      {eagers, eager, {}, jobs(15, 0, 0, 10), 10, 10},
      {"TestRunningJobCountSmallerMinReplicaCount", standard, {}, {.running = 0, .fewest = 2, .most = 100}, 2, 2},
      {"TestRunningJobCountIsDeductedFromMinReplicaCount", standard, {}, {.running = 1, .fewest = 2, .most = 100}, 1, 1},
      {"TestRunningJobCountGreaterOrEqualMinReplicaCountExecutesScalingStrategy", standard, {},
       {.wanted = 2, .messages = 2, .running = 1, .fewest = 1, .most = 100}, 2, 2}};
  for (const Published& one : cases) {
    INFO(one.name << ": " << one.jobs.wanted << " wanted, " << one.jobs.running << " running, " << one.jobs.pending << " pending");
    const KedaScale scale = keda_scale(one.strategy, one.custom, one.jobs);
    CHECK(scale.allowed == one.allowed);
    CHECK(scale.asked == one.asked.value_or(one.jobs.messages));
  }
}

TEST_CASE("KEDA creates jobs for the queue and lets idle ones end") {
  // One node serves 60 units in a period of 60 seconds: that is one job.
  PolicyOptions options;
  const Setting setting{.service_rate = 1, .period_s = 60, .min_nodes = 0, .max_nodes = 20};
  const auto desired = [&](std::int64_t ready, std::int64_t pending, double utilization, double queue) {
    const Observation seen{.time_s = 60, .ready = ready, .pending = pending, .queue = queue, .utilization = utilization};
    return make_policy("keda", options, setting)->decide(seen).desired;
  };
  CHECK(desired(0, 0, 0, 0) == 0);
  CHECK(desired(0, 0, 0, 1) == 1);       // a started job counts as one
  CHECK(desired(10, 0, 1, 0) == 10);     // all busy, nothing waits
  CHECK(desired(10, 0, 1, 150) == 13);   // 2.5 jobs wait
  CHECK(desired(10, 3, 1, 150) == 13);   // and are on their way
  CHECK(desired(10, 0, 0.75, 0) == 8);   // 7.5 were busy: 2 found nothing to do
  CHECK(desired(10, 0, 1, 6000) == 20);  // the maximum
  options.keda.job_s = 120;
  CHECK(desired(10, 0, 1, 150) == 12);   // 1.25 jobs of two minutes
  options.keda = {.strategy = "accurate"};
  CHECK(desired(10, 0, 1, 150) == 13);   // the queue alone
  CHECK(desired(10, 1, 1, 150) == 13);
  CHECK(desired(10, 3, 1, 150) == 13);
  CHECK(desired(18, 0, 1, 600) == 20);
  options.keda = {.strategy = "eager"};
  CHECK(desired(10, 0, 1, 150) == 13);
  CHECK(desired(10, 3, 1, 150) == 16);   // those on their way do not count against the queue
  CHECK(desired(10, 0, 1, 6000) == 20);
  options.keda = {.strategy = "custom", .queue_deduction = 1, .running_share = 0.5};
  CHECK(desired(10, 0, 1, 150) == 17);   // 13 - 1 - 5
  options.keda = {.min_jobs = 4};
  CHECK(desired(2, 0, 1, 0) == 4);
  CHECK(desired(0, 0, 0, 0) == 4);
  CHECK(desired(10, 0, 1, 0) == 14);     // beside those for the queue
  options.keda.job_s = 0;
  CHECK_THROWS_AS(make_policy("keda", options, setting), Error);
}
