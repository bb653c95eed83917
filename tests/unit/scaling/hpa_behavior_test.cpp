// Windows, rates and bounds of the HPA policy: hand-made branches, and the published cases of Kubernetes' own test.
#include "libcore/base/error.h"
#include "libcore/scaling/policies/hpa_behavior.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

constexpr double kNow = 10000;
using enum Reason;

HpaRate pods(std::int64_t value, double period_s) {
  return {false, value, period_s};
}
HpaRate percent(std::int64_t value, double period_s) {
  return {true, value, period_s};
}

/// The events of a table row, spread evenly over the last 120 seconds as Kubernetes' test spreads them.
void spread(HpaDamper& damper, const std::vector<int>& events, int sign) {
  const double segment = 120.0 / static_cast<double>(events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    damper.changed(kNow - 120 + segment * (static_cast<double>(i) + 0.5), sign * events[i]);
}

}  // namespace

TEST_CASE("HPA rates and bounds: the cases of Kubernetes' own test") {
  // Source: kubernetes/kubernetes pkg/controller/podautoscaler/horizontal_test.go, TestScalingWithRules, in its order. No
  // rates: the defaults.
  struct Published {
    const char* name;
    std::int64_t min, max, current, desired, expected;
    Reason reason;
    std::vector<HpaRate> up = {}, down = {};
    std::vector<int> starts = {}, releases = {};
  };
  const std::vector<int> three{1, 5, 9}, tens{10, 10, 10}, four{8, 12, 9, 11};
  const std::vector<Published> cases{
      {"prenormalized desired replicas within range", 3, 8, 5, 7, 7, desired_within_range},
      {"prenormalized desired replicas < minReplicas", 2, 8, 3, 1, 2, too_few_replicas},
      {"within range when minReplicas is 0", 0, 10, 1, 0, 0, desired_within_range},
      {"maxReplicas is the limit because maxReplicas < scaleUpLimit", 1, 10, 20, 1000, 10, too_many_replicas},
      {"more than the maximum replica count", 100, 150, 100, 1000, 150, too_many_replicas},
      {"scaleUpLimit is the limit because scaleUpLimit < maxReplicas", 1, 2000, 3, 1000, 4, scale_up_limit, {percent(1, 60)}},
      {"scaleDownLimit is the limit", 3, 2000, 1000, 3, 980, scale_down_limit, {}, {pods(20, 60)}},
      {"scaleUp with default behavior", 1, 1000, 10, 50, 20, scale_up_limit},
      {"scaleUp, pods larger than percent", 1, 1000, 10, 500, 110, scale_up_limit, {pods(100, 60), percent(100, 60)}},
      {"scaleUp, percent larger than pods", 1, 1000, 10, 500, 20, scale_up_limit, {pods(2, 60), percent(100, 60)}},
      {"scaleUp, MaxReplicas with large pod policy", 1, 1000, 10, 50, 50, desired_within_range, {pods(100, 60)}},
      {"scaleUp, MaxReplicas with large percent policy", 1, 1000, 10, 50, 50, desired_within_range, {pods(10000, 60)}},
      {"scaleUp with pod policy limitation", 1, 1000, 10, 50, 40, scale_up_limit, {pods(30, 60)}},
      {"scaleUp with percent policy limitation", 1, 1000, 10, 50, 30, scale_up_limit, {percent(200, 60)}},
      {"scaleDown, percent larger than pods", 1, 1000, 100, 2, 80, scale_down_limit, {}, {pods(20, 60), percent(1, 60)}},
      {"scaleDown, pods larger than percent", 1, 1000, 100, 2, 98, scale_down_limit, {}, {pods(2, 60), percent(1, 60)}},
      {"scaleDown, MinReplicas with large pod policy", 1, 1000, 10, 0, 1, too_few_replicas, {}, {pods(100, 60)}},
      {"scaleDown, MinReplicas with large percent policy", 5, 1000, 10, 2, 5, too_few_replicas, {}, {percent(100, 60)}},
      {"scaleDown with pod policy limitation", 1, 1000, 10, 2, 5, scale_down_limit, {}, {pods(5, 60)}},
      {"scaleDown with percent policy limitation", 1, 1000, 10, 5, 5, desired_within_range, {}, {percent(50, 60)}},
      {"scaleUp, large pod policy and events", 1, 200, 100, 500, 200, too_many_replicas, {pods(300, 60)}, {}, three},
      {"scaleUp, large percent policy and events", 1, 200, 100, 500, 200, too_many_replicas, {percent(10000, 60)}, {}, three},
      {"scaleUp, a lot of recent scale up events", 1, 1000, 100, 500, 100, scale_up_limit, {pods(5, 120)}, {}, three},
      {"scaleUp, pod policy and previous events", 1, 1000, 100, 500, 235, scale_up_limit, {pods(150, 120)}, {}, three},
      {"scaleUp, percent policy and previous events", 1, 1000, 100, 500, 255, scale_up_limit, {percent(200, 120)}, {}, three},
      {"scaleUp, previous scale up and down events", 1, 1000, 6, 24, 16, scale_up_limit, {percent(300, 300)}, {}, {4}, {2}},
      {"scaleDown, default policy and previous events", 1, 1000, 10, 5, 5, desired_within_range, {}, {}, {}, three},
      {"scaleDown, MinReplicas=nil and events", 1, 1000, 100, 0, 1, too_few_replicas, {}, {pods(115, 120)}, {}, three},
      {"scaleDown, MinReplicas, large pod policy and events", 5, 1000, 100, 0, 5, too_few_replicas, {}, {pods(130, 120)}, {}, three},
      {"scaleDown, large percent policy and events", 5, 1000, 100, 2, 5, too_few_replicas, {}, {percent(100, 120)}, {}, three},
      {"scaleDown, pod policy and previous events", 1, 1000, 100, 2, 100, scale_down_limit, {}, {pods(5, 120)}, {}, three},
      {"scaleDown, percent policy and events", 1, 1000, 100, 0, 56, scale_down_limit, {}, {percent(50, 120)}, {}, {2, 4, 6}},
      {"scaleDown, previous up and down events", 1, 1000, 10, 1, 6, scale_down_limit, {}, {percent(50, 180)}, {2}, {4}},
      {"scaleDown, events prevent further scale down", 1, 1000, 100, 0, 100, scale_down_limit, {}, {percent(10, 120)}, {}, tens},
      {"scaleDown, events still allow more", 1, 1000, 10, 5, 5, desired_within_range, {}, {percent(1000, 120)}, {}, tens},
      {"'outdated' flag for up", 1, 1000, 100, 200, 200, desired_within_range, {pods(1000, 60)}, {}, four},
      {"two policies for up, not outdated", 1, 1000, 100, 200, 200, desired_within_range, {pods(1000, 120), percent(100, 60)}, {}, four},
      {"two policies for up, outdated", 1, 1000, 100, 200, 200, desired_within_range, {pods(1000, 30), percent(100, 60)}, {}, four},
      {"'outdated' flag for down", 1, 1000, 100, 5, 5, desired_within_range, {}, {pods(1000, 60)}, {}, four},
      {"two policies for down, not outdated", 1, 1000, 100, 5, 5, desired_within_range, {}, {pods(1000, 120), percent(100, 60)}, {}, four},
      {"two policies for down, outdated", 1, 1000, 100, 5, 5, desired_within_range, {}, {pods(1000, 30), percent(100, 60)}, {}, four}};
  for (const Published& one : cases) {
    INFO(one.name);
    HpaBehavior behavior;
    behavior.min_nodes = one.min;
    behavior.max_nodes = one.max;
    if (!one.up.empty()) behavior.up.rates = one.up;
    if (!one.down.empty()) behavior.down.rates = one.down;
    HpaDamper damper(behavior);
    spread(damper, one.starts, 1);
    spread(damper, one.releases, -1);
    const Recommendation answer = damper.limit(kNow, one.current, one.desired);
    CHECK(answer.desired == one.expected);
    CHECK(answer.reason == one.reason);
  }
}

TEST_CASE("HPA select policy: the cases of Kubernetes' own test, and the other choices") {
  // Source: the same file, TestCalculateScaleUpLimitWithScalingRules (1 pod: 2) and TestCalculateScaleDownLimitWithBehaviors (5 pods: 3).
  const auto limited = [](HpaSelect select, std::int64_t current, std::int64_t desired) {
    HpaBehavior behavior;
    behavior.up.select = behavior.down.select = select;
    behavior.up.rates = behavior.down.rates = {pods(2, 60), percent(50, 60)};
    return HpaDamper(behavior).limit(kNow, current, desired).desired;
  };
  CHECK(limited(HpaSelect::min, 1, 100) == 2);
  CHECK(limited(HpaSelect::min, 5, 1) == 3);
  CHECK(limited(HpaSelect::max, 1, 100) == 3);
  CHECK(limited(HpaSelect::max, 5, 1) == 2);  // half of 5, cut
  CHECK(limited(HpaSelect::disabled, 5, 100) == 5);
  CHECK(limited(HpaSelect::disabled, 5, 1) == 5);
}

TEST_CASE("HPA windows: the cases of Kubernetes' own test") {
  // Source: the same file, TestNormalizeDesiredReplicasWithBehavior. Recommendations as {seconds ago, pods}.
  struct Published {
    const char* name;
    std::vector<std::pair<double, std::int64_t>> earlier;
    std::int64_t current, desired, expected;
    double up_s = 0, down_s = 0;
  };
  const std::vector<Published> cases{
      {"empty recommendations for scaling down", {}, 100, 5, 5},
      {"simple scale down stabilization", {{120, 4}, {60, 5}}, 100, 3, 5, 0, 180},
      {"simple scale up stabilization", {{120, 4}, {60, 5}}, 1, 7, 4, 300, 0},
      {"no scale down stabilization", {{120, 1}, {60, 2}}, 100, 3, 3, 300, 0},
      {"no scale up stabilization", {{120, 4}, {60, 5}}, 1, 3, 3, 0, 300},
      {"no scale down stabilization, reuse", {{600, 10}, {540, 9}}, 100, 3, 3},
      {"no scale up stabilization, reuse", {{600, 10}, {540, 9}}, 1, 100, 100},
      {"scale down stabilization, reuse", {{600, 10}, {60, 4}, {120, 5}, {540, 9}}, 100, 3, 5, 0, 180},
      {"scale up stabilization, reuse", {{6000, 10}, {60, 6}, {120, 5}, {180, 9}}, 1, 100, 5, 300, 0},
      {"do not scale up when prenormalized rec goes down", {{6000, 2}, {180, 3}}, 2, 1, 2, 300, 300},
      {"do not scale down when prenormalized rec goes up", {{6000, 2}, {180, 1}}, 2, 3, 2, 300, 300}};
  for (const Published& one : cases) {
    INFO(one.name);
    HpaBehavior behavior;
    behavior.up.window_s = one.up_s;
    behavior.down.window_s = one.down_s;
    HpaDamper damper(behavior);
    for (const auto& [ago, proposed] : one.earlier) damper.remember(kNow - ago, proposed);
    CHECK(damper.stabilize(kNow, one.current, one.desired) == one.expected);
  }
}

TEST_CASE("HPA windows end with their last second, and the reason tells which one held") {
  HpaDamper damper({.min_nodes = 1, .max_nodes = 100});
  const auto check = [&](double time, std::int64_t proposed, std::int64_t expected, Reason reason) {
    const Recommendation answer = damper.damp(time, 10, proposed);
    CHECK(answer.desired == expected);
    CHECK(answer.reason == reason);
  };
  check(0, 10, 10, desired_within_range);
  check(60, 8, 10, scale_down_stabilized);
  check(299, 6, 10, scale_down_stabilized);
  check(300, 6, 8, scale_down_stabilized);  // that of 0 s is 300 s old, that of 60 s holds
  check(360, 7, 7, desired_within_range);   // 6, 6 and 7 are left
  check(361, 12, 12, desired_within_range);
  check(362, 1000, 20, scale_up_limit);
  HpaBehavior slow;
  slow.up.window_s = 120;
  damper = HpaDamper(slow);
  check(0, 10, 10, desired_within_range);
  check(60, 15, 10, scale_up_stabilized);
  check(119, 14, 10, scale_up_stabilized);
  check(120, 13, 13, desired_within_range);
}

TEST_CASE("HPA rate periods end with their last second") {
  HpaBehavior behavior;
  behavior.up.rates = {pods(4, 60)};
  behavior.down.rates = {pods(1, 120)};
  HpaDamper damper(behavior);
  const auto step = [&](double time, std::int64_t current, std::int64_t desired) {
    const Recommendation answer = damper.limit(time, current, desired);
    damper.changed(time, answer.desired - current);
    return answer.desired;
  };
  CHECK(step(0, 10, 13) == 13);
  CHECK(step(30, 13, 20) == 14);   // 3 of 4 are used
  CHECK(step(59, 14, 20) == 14);
  CHECK(step(60, 14, 20) == 17);   // the 3 of 0 s are over, the 1 of 30 s is not
  CHECK(step(200, 17, 10) == 16);
  CHECK(step(319, 16, 10) == 16);
  CHECK(step(320, 16, 10) == 15);
  CHECK(damper.state().at("changes").size() == 1);  // what is over is forgotten
}

TEST_CASE("HPA rates are read and refused as Kubernetes refuses them") {
  const HpaRate four = parse_hpa_rate("4/15s"), share = parse_hpa_rate("100%/30m");
  CHECK((!four.percent && four.value == 4 && four.period_s == 15));
  CHECK((share.percent && share.value == 100 && share.period_s == 1800));
  for (const char* wrong : {"", "4", "/15s", "4/", "4/15", "0/15s", "-1/15s", "4/0s", "4/31m", "50%%/15s", "%/15s",
                            "1.5/15s", "1000001/1s"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_hpa_rate(wrong), Error);
  }
}
