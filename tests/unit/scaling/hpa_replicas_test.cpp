// The replica calculator of the HPA policy: hand-made branches, and the published cases of Kubernetes' own test of it.
#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/scaling/policies/hpa_replicas.h"
#include "tests/support/catch.hpp"

using namespace daybreak::scaling;

namespace {

using Asked = std::optional<std::int64_t>;

/// Usage of a pod in thousandths; one of these where it does not count as measured.
constexpr double kUnready = -1, kMissing = -2, kIgnored = -3;

HpaPods sorted(const std::vector<double>& pods, const std::vector<double>& requests) {
  HpaPods sorted;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (pods[i] == kIgnored) continue;
    HpaPods::Group& group = pods[i] == kUnready ? sorted.unready : pods[i] == kMissing ? sorted.missing : sorted.measured;
    group.pods += 1;
    group.requests += requests.empty() ? 1000 : requests[i];
    sorted.usage += std::max(pods[i], 0.0);
  }
  return sorted;
}

/// A utilization of a resource: a missing pod is taken to use all that it requested.
HpaTarget of_resource(double target) {
  return {.usage = target, .missing_usage = std::max(1.0, target)};
}

/// A metric by pod: a missing pod is taken to use the target.
HpaTarget of_pods(double target) {
  return {.usage = target, .missing_usage = target};
}

HpaPods alike(std::int64_t measured, double average, std::int64_t unready = 0, std::int64_t missing = 0) {
  const auto group = [](std::int64_t pods) { return HpaPods::Group{pods, static_cast<double>(pods)}; };
  return {group(measured), group(unready), group(missing), average * static_cast<double>(measured)};
}

}  // namespace

TEST_CASE("HPA replicas: the cases of Kubernetes' own test") {
  // Source: kubernetes/kubernetes pkg/controller/podautoscaler/replica_calculator_test.go; the names are those of its
  // functions, without "TestReplicaCalc". Levels and requests are thousandths of a core, or units of a metric by pod.
  struct Published {
    const char* name;
    std::int64_t current;
    HpaTarget target;
    std::vector<double> pods;
    Asked expected;
    std::vector<double> requests = {};
  };
  const std::vector<double> uneven{400, 200, 310, 290, 302, 298, 301, 299, 300, 300};
  const std::vector<double> half(10, 150);
  const std::vector<Published> cases{
      {"ScaleUp", 3, of_resource(.30), {300, 500, 700}, 5},
      {"ScaleUpUnreadyLessScale", 3, of_resource(.30), {kUnready, 500, 700}, 4},
      {"ScaleUpHotCpuLessScale", 3, of_resource(.30), {kUnready, 500, 700}, 4},
      {"ScaleUpUnreadyNoScale", 3, of_resource(.30), {400, kUnready, kUnready}, 3},
      {"ScaleHotCpuNoScale", 3, of_resource(.30), {400, kUnready, kUnready}, 3},
      {"ScaleUpIgnoresFailedPods", 2, of_resource(.30), {500, 700, kIgnored, kIgnored}, 4},
      {"ScaleUpIgnoresDeletionPods", 2, of_resource(.30), {500, 700, kIgnored, kIgnored}, 4},
      {"ScaleUpCM", 3, of_pods(15), {20000, 10000, 30000}, 4},
      {"ScaleUpCMUnreadyHotCpuNoLessScale", 3, of_pods(15), {50000, 10000, 30000}, 6},
      {"ScaleUpCMUnreadyHotCpuScaleWouldScaleDown", 3, of_pods(15), {50000, 15000, 30000}, 7},
      {"ScaleDown", 5, of_resource(.50), {100, 300, 500, 250, 250}, 3},
      {"ScaleDownCM", 5, of_pods(20), {12000, 12000, 12000, 12000, 12000}, 3},
      {"ScaleDownIncludeUnreadyPods", 5, of_resource(.50), {100, 300, 500, kUnready, kUnready}, 2},
      {"ScaleDownExcludeUnscheduledPods", 5, of_resource(.50), {100, kUnready, kUnready, kUnready, kUnready}, 1},
      {"ScaleDownIgnoreHotCpuPods", 5, of_resource(.50), {100, 300, 500, kUnready, kUnready}, 2},
      {"ScaleDownIgnoresFailedPods", 5, of_resource(.50), {100, 300, 500, 250, 250, kIgnored, kIgnored}, 3},
      {"ScaleDownIgnoresDeletionPods", 5, of_resource(.50), {100, 300, 500, 250, 250, kIgnored, kIgnored}, 3},
      {"Tolerance", 3, of_resource(1), {1010, 1030, 1020}, 3, {900, 1000, 1100}},
      {"ToleranceCM", 3, of_pods(20), {20000, 21000, 21000}, 3},
      {"SuperfluousMetrics", 4, of_resource(1), {4000, 9500, 3000, 7000}, 24},
      {"MissingMetrics", 4, of_resource(1), {400, 95, kMissing, kMissing}, 3},
      {"EmptyMetrics", 4, of_resource(1), {kMissing, kMissing, kMissing, kMissing}, std::nullopt},
      {"DisjointResourcesMetrics", 1, of_resource(1), {kMissing}, std::nullopt},
      {"MissingMetricsNoChangeEq", 2, of_resource(1), {1000, kMissing}, 2},
      {"MissingMetricsNoChangeGt", 2, of_resource(1), {1900, kMissing}, 2},
      {"MissingMetricsNoChangeLt", 2, of_resource(1), {600, kMissing}, 2},
      {"MissingMetricsUnreadyChange", 3, of_resource(.50), {kUnready, 450, kMissing}, 3},
      {"MissingMetricsHotCpuNoChange", 3, of_resource(.50), {kUnready, 450, kMissing}, 3},
      {"MissingMetricsUnreadyScaleUp", 3, of_resource(.50), {kUnready, 2000, kMissing}, 4},
      {"MissingMetricsHotCpuScaleUp", 3, of_resource(.50), {kUnready, 2000, kMissing}, 4},
      {"MissingMetricsUnreadyScaleDown", 4, of_resource(.50), {kUnready, 100, 100, kMissing}, 3},
      {"DuringRollingUpdateWithMaxSurge", 2, of_resource(.50), {100, 100, kMissing}, 2},
      {"ComputedToleranceAlgImplementation", 10, of_resource(.56), half, 9, uneven},
      {"ComputedToleranceAlgImplementation, within", 10, of_resource(.55), half, 10, uneven}};
  for (const Published& one : cases) {
    INFO(one.name);
    CHECK(hpa_replicas(sorted(one.pods, one.requests), one.current, one.target) == one.expected);
  }
}

TEST_CASE("HPA replicas: the tolerances hold up to their very edge, each for its direction") {
  HpaTarget target = of_pods(1);
  target.tolerance_up = 0.25;
  target.tolerance_down = 0.125;
  const auto asked = [&](double average) { return hpa_replicas(alike(8, average), 8, target); };
  CHECK(asked(1) == 8);
  CHECK(asked(1.25) == 8);
  CHECK(asked(std::nextafter(1.25, 2)) == 11);  // 10.000000000000002 pods
  CHECK(asked(0.875) == 8);
  CHECK(asked(std::nextafter(0.875, 0)) == 7);
  target.tolerance_up = target.tolerance_down = 0;
  CHECK(asked(1) == 8);
  CHECK(asked(std::nextafter(1, 2)) == 9);
  CHECK(asked(0.99) == 8);  // ceil(7.92)
  CHECK(asked(0.875) == 7);
  CHECK(asked(0) == 0);
}

TEST_CASE("HPA replicas: unready and missing pods count against the direction") {
  const HpaTarget target = of_pods(0.5);
  // Up: both count as idle. 4 pods at 1.0 ask for 8; the same work over 6 pods still asks for 8.
  CHECK(hpa_replicas(alike(4, 1), 4, target) == 8);
  CHECK(hpa_replicas(alike(4, 1, 2), 6, target) == 8);
  CHECK(hpa_replicas(alike(4, 1, 1, 1), 6, target) == 8);
  // Down: unready ones do not count at all, missing ones as busy as the target.
  CHECK(hpa_replicas(alike(4, 0.25, 2), 6, target) == 2);
  CHECK(hpa_replicas(alike(4, 0.25, 0, 2), 6, target) == 4);
  CHECK(hpa_replicas(alike(4, 0.25, 2, 2), 8, target) == 4);
  // On the target nothing counts, and nothing moves.
  CHECK(hpa_replicas(alike(4, 0.5, 3, 3), 10, target) == 10);
}

TEST_CASE("HPA replicas: a ratio or a number that turns the direction around changes nothing") {
  // 2 pods of 8 work, at 1.5 times the target: with 6 idle ones it is 0.375 of it.
  CHECK(hpa_replicas(alike(2, 1.5, 6), 8, of_pods(1)) == 8);
  // 4 pods at 0.9 of the target; with 4 missing ones at full use it is 1.45 of it.
  CHECK(hpa_replicas(alike(4, 0.45, 0, 4), 8, of_resource(.5)) == 8);
  // Within the tolerance after the guess, though not before.
  CHECK(hpa_replicas(alike(4, 1.5, 2), 6, of_pods(1)) == 6);
  // More pods run than there should be: their number alone must neither start nor release.
  CHECK(hpa_replicas(alike(6, 0.5, 0, 2), 4, of_pods(1)) == 4);
  CHECK(hpa_replicas(alike(2, 1.5, 0, 0), 9, of_pods(1)) == 3);  // nothing was guessed: the plain formula
  CHECK(hpa_replicas(alike(2, 3, 1, 0), 9, of_pods(1)) == 9);    // 6 would be a release while the ratio is 2
}

TEST_CASE("HPA replicas: without a measured pod there is no answer, and no metric is too great") {
  CHECK(hpa_replicas(alike(0, 0, 5, 0), 5, of_pods(1)) == std::nullopt);
  CHECK(hpa_replicas({}, 0, of_pods(1)) == std::nullopt);
  CHECK(hpa_replicas(alike(1, 1e300), 1, of_pods(1)) == 1'000'000'000'000'000);
}

TEST_CASE("HPA metrics: the greatest holds, and a failed one blocks releases alone") {
  const auto greatest = [](std::vector<Asked> proposals, std::int64_t current) { return hpa_greatest(proposals, current); };
  CHECK(greatest({4}, 3) == 4);
  CHECK(greatest({4, 7}, 3) == 7);
  CHECK(greatest({2, 1}, 3) == 2);
  CHECK(greatest({std::nullopt, 4}, 3) == 4);
  CHECK(greatest({4, std::nullopt}, 4) == 4);
  CHECK(greatest({std::nullopt, 3}, 5) == std::nullopt);
  CHECK(greatest({std::nullopt, std::nullopt}, 5) == std::nullopt);
  CHECK(greatest({}, 5) == std::nullopt);
  // kubernetes/kubernetes pkg/controller/podautoscaler/horizontal_test.go: TestScaleUpOneMetricEmpty (3 pods at 300, 400,
  // 500 of 1000, target 30 %, the other metric fails: 4), TestNoScaleDownOneMetricInvalid and TestNoScaleDownOneMetricEmpty
  // (5 pods at 100, 300, 500, 250, 250, target 50 %: 5, for nothing is computed).
  CHECK(greatest({hpa_replicas(sorted({300, 400, 500}, {}), 3, of_resource(.30)), std::nullopt}, 3) == 4);
  CHECK(greatest({hpa_replicas(sorted({100, 300, 500, 250, 250}, {}), 5, of_resource(.50)), std::nullopt}, 5) == std::nullopt);
}
