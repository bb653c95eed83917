// The KPA policy: the published cases of Knative's own test, hand-made branches, and what it sees of a cluster.
#include "libcore/base/error.h"
#include "libcore/scaling/policies/kpa_decider.h"
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

/// What Knative's test sets where a case says nothing else.
KpaOptions of_test(double target) {
  return {.target = target, .max_up_rate = 10, .max_down_rate = 10};
}

struct Step {
  double time_s;
  std::int64_t ready;
  double stable, panic;
  std::int64_t expected;
  bool panicking;
};

void check(KpaDecider& decider, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    INFO("at " << step.time_s << " s with " << step.ready << " ready");
    CHECK(decider.decide(step.time_s, step.ready, step.stable, step.panic).desired == step.expected);
    CHECK(decider.panicking() == step.panicking);
  }
}

Observation seen(double end_s, double period_s, std::int64_t ready, double utilization, double queue) {
  return {.time_s = end_s, .period_s = period_s, .ready = ready, .queue = queue, .utilization = utilization};
}

}  // namespace

TEST_CASE("KPA: the cases of Knative's own table") {
  // Source: knative/serving pkg/autoscaler/scaling/autoscaler_test.go, TestAutoscalerScale. The decider begins with one pod.
  // The case of an unreachable revision has no like here.
  struct Published {
    const char* label;
    KpaOptions options;
    std::int64_t ready;
    double stable, panic;
    std::int64_t expected;
    bool in_panic_with_5 = false;  // since 5 seconds
  };
  KpaOptions slow_up = of_test(1), slow_down = of_test(10);
  slow_up.max_up_rate = 1.1;
  slow_down.max_down_rate = 1.1;
  const std::vector<Published> cases{{"AutoscalerNoDataAtZeroNoAutoscale", of_test(10), 1, 0, 0, 0},
                                     {"AutoscalerStableModeUnlimitedTBC", of_test(181), 1, 21, 26, 1},
                                     {"Autoscaler0TBC", of_test(10), 1, 50, 49, 5},
                                     {"AutoscalerStableModeNoChange", of_test(10), 1, 50, 50, 5},
                                     {"AutoscalerPanicStableLargerThanPanic", of_test(1), 5, 50, 30, 50, true},
                                     {"AutoscalerPanicStableLessThanPanic", of_test(1), 5, 20, 30, 30, true},
                                     {"AutoscalerStableModeNoChangeAlreadyScaled", of_test(10), 5, 50, 50, 5},
                                     {"AutoscalerStableModeIncreaseWithSmallScaleUpRate", slow_up, 2, 3, 3.1, 3},
                                     {"AutoscalerStableModeDecreaseWithSmallScaleDownRate", slow_down, 100, 1, 1, 90},
                                     {"AutoscalerPanicModeDoublePodCount", of_test(10), 1, 50, 100, 10}};
  for (const Published& one : cases) {
    INFO(one.label);
    KpaDecider decider(one.options);
    decider.begin(95, one.in_panic_with_5 ? 5 : 1);
    CHECK(decider.decide(100, one.ready, one.stable, one.panic).desired == one.expected);
  }
}

TEST_CASE("KPA: the sequences of Knative's own test") {
  // Source: the same file; each name is that of its function.
  struct Published {
    const char* name;
    KpaOptions options;
    std::vector<Step> steps;
    std::int64_t first_ready = 1;
  };
  KpaOptions two = of_test(10), delayed = of_test(10), at_once = of_test(10);
  two.activation_nodes = 2;
  delayed.panic_threshold = at_once.panic_threshold = 100;
  delayed.down_delay_s = 300;
  const std::vector<Published> sequences{
      {"TestAutoscalerStableModeIncreaseWithConcurrencyDefault", of_test(10), {{0, 1, 50, 10, 5, false}, {0.1, 1, 100, 10, 10, false}}},
      {"TestAutoscalerUnpanicAfterSlowIncrease", of_test(1),
       {{0, 10, 11, 25, 25, true}, {30, 40, 30, 41, 41, true}, {62, 55, 50, 56, 50, false}}},
      {"TestAutoscalerExtendPanicWindow", of_test(1), {{0, 10, 11, 25, 25, true}, {30, 40, 30, 80, 80, true}}},
      {"TestAutoscalerStableModeDecrease", of_test(10), {{0, 8, 100, 100, 10, false}, {0.1, 8, 50, 50, 5, false}}},
      {"TestAutoscalerStableModeNoTrafficScaleToZero", of_test(10), {{0, 1, 1, 0, 1, false}, {0.1, 1, 0, 0, 0, false}}},
      {"TestAutoscalerActivationScale", two, {{0, 1, 0, 0, 0, false}, {0.1, 1, 1, 0, 2, false}}},
      {"TestAutoscalerPanicModeExponentialTrackAndStabilize", of_test(1),
       {{0, 1, 6, 6, 6, true}, {0, 6, 36, 36, 36, true}, {1, 36, 216, 216, 216, true}, {1, 216, 1296, 1296, 1296, true},
        {2, 1296, 1296, 1296, 1296, true}}},
      {"TestAutoscalerPanicThenUnPanicScaleDown", of_test(10),
       {{0, 1, 100, 100, 10, true}, {0.1, 10, 100, 1000, 100, true}, {30.1, 10, 1, 1, 100, true}, {61.1, 10, 1, 1, 1, false}}},
      {"TestAutoscalerRateLimitScaleUp", of_test(10), {{0, 1, 1000, 1001, 10, true}, {0.1, 10, 1000, 1001, 100, true}}},
      {"TestAutoscalerRateLimitScaleDown", of_test(10), {{0, 100, 1, 1, 10, false}, {0.1, 10, 1, 1, 1, false}}},
      {"TestAutoscalerUseOnePodAsMinimumIfEndpointsNotFound", of_test(10), {{0, 0, 1000, 888, 10, true}}},
      {"TestAutoscalerScaleDownDelay, simple and gradual", delayed,
       {{2, 0, 40, 40, 4, false}, {300, 0, 0, 0, 4, false}, {302, 0, 0, 0, 0, false}, {540, 0, 40, 40, 4, false},
        {600, 0, 30, 30, 4, false}, {660, 0, 0, 0, 4, false}, {840, 0, 0, 0, 3, false}, {900, 0, 0, 0, 0, false}}, 0},
      {"TestAutoscalerScaleDownDelayZero", at_once, {{0, 0, 40, 40, 4, false}, {0.5, 0, 20, 20, 2, false}}, 0}};
  for (const Published& one : sequences) {
    INFO(one.name);
    KpaDecider decider(one.options);
    decider.begin(0, one.first_ready);
    check(decider, one.steps);
  }
  for (const std::int64_t ready : {0, 1, 2}) {  // TestStartInPanicMode
    KpaDecider decider(of_test(100));
    decider.begin(0, ready);
    CHECK(decider.panicking() == (ready == 2));
    CHECK(decider.state().at("panic_nodes").as_int() == ready);
  }
}

TEST_CASE("KPA panic begins at its threshold and ends one stable window after it was last over") {
  KpaDecider decider(of_test(1));
  decider.begin(0, 1);
  check(decider, {{10, 10, 10, 19, 10, false},   // 1.9 times the ready ones
                  {20, 10, 10, 20, 20, true},    // exactly twice
                  {30, 20, 10, 40, 40, true},    // and again: the window begins anew
                  {40, 40, 10, 10, 40, true},    // never down
                  {50, 40, 10, 45, 45, true},    // but up
                  {90, 40, 10, 10, 45, true},    // 60 seconds after 30: not yet
                  {90.5, 40, 10, 10, 10, false},
                  {91, 40, 30, 10, 30, false}});
}

TEST_CASE("KPA's reasons tell what held") {
  KpaDecider decider(of_test(1));
  decider.begin(0, 1);
  CHECK(decider.decide(0, 10, 12, 12).reason == Reason::desired_within_range);
  CHECK(decider.decide(2, 10, 150, 0).reason == Reason::scale_up_limit);
  CHECK(decider.decide(4, 100, 2, 2).reason == Reason::scale_down_limit);
  CHECK(decider.decide(6, 10, 30, 30).reason == Reason::desired_within_range);
  CHECK(decider.decide(8, 30, 10, 10).reason == Reason::scale_down_stabilized);  // in panic
}

TEST_CASE("KPA sees work in service and waiting, averaged over its windows") {
  PolicyOptions options;
  options.kpa.target = 1;
  const auto concurrency = [&](double period_s, const std::vector<Observation>& periods) {
    const auto policy = make_policy("kpa", options, {.service_rate = 2, .period_s = period_s});
    Recommendation answer;
    for (const Observation& period : periods) answer = policy->decide(period);
    return std::pair{answer.numbers.entries()[0].value, answer.numbers.entries()[1].value};
  };
  // 4 nodes at 0.75, and a queue of 120 units, which one node serves in one period of 60 seconds.
  CHECK(concurrency(60, {seen(60, 60, 4, 0.75, 120)}) == std::pair{4.0, 4.0});
  // Of two periods of 20 seconds the panic window, 6 seconds, lies in the last one; the stable one holds both.
  CHECK(concurrency(20, {seen(20, 20, 4, 0.75, 0), seen(40, 20, 4, 1, 0)}) == std::pair{3.5, 4.0});
  // Of periods of 40 seconds the stable window holds the last one, and half of the one before.
  CHECK(concurrency(40, {seen(40, 40, 4, 0.25, 0), seen(80, 40, 4, 1, 0)}) == std::pair{3.0, 4.0});
  options.kpa.request_s = 10;
  CHECK(concurrency(60, {seen(60, 60, 4, 0.75, 120)}) == std::pair{9.0, 9.0});
}

TEST_CASE("KPA begins in panic with several nodes, and keeps one unless it may go to zero") {
  PolicyOptions options;
  const Setting setting{.service_rate = 1, .period_s = 60, .min_nodes = 0};
  const auto policy = make_policy("kpa", options, setting);
  CHECK(policy->decide(seen(60, 60, 8, 0, 0)).desired == 8);   // in panic since 0 s
  CHECK(policy->decide(seen(120, 60, 8, 0, 0)).desired == 4);  // at most halved
  CHECK(policy->decide(seen(180, 60, 1, 0, 0)).desired == 1);
  CHECK(policy->decide(seen(240, 60, 1, 0, 0)).reason == Reason::too_few_replicas);
  options.kpa.to_zero = true;
  CHECK(make_policy("kpa", options, setting)->decide(seen(60, 60, 1, 0, 0)).desired == 0);
  options.kpa.stable_window_s = 0;
  CHECK_THROWS_AS(make_policy("kpa", options, setting), Error);
  options.kpa.stable_window_s = 60;
  options.kpa.request_s = 0;
  CHECK_THROWS_AS(make_policy("kpa", options, setting), Error);
}
