// The HPA policy on a cluster: which metric it sees, who its pods are, what it remembers.
#include "libcore/base/error.h"
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

/// A service rate of 1 and periods of 60 seconds: a node serves 60 units a period.
constexpr Setting kSetting{.service_rate = 1, .period_s = 60, .band_low = 0.4, .band_high = 0.6, .min_nodes = 2, .max_nodes = 40};

HpaOptions without_window(const char* metric) {
  return {.metric = metric, .window_down_s = 0};
}

Observation seen(std::int64_t ready, std::int64_t pending, std::optional<double> utilization, std::optional<double> arrivals = {},
                 std::optional<double> queue = {}, double time_s = 60) {
  return {.time_s = time_s, .ready = ready, .pending = pending, .arrivals = arrivals, .queue = queue, .utilization = utilization};
}

}  // namespace

TEST_CASE("HPA on utilization: the middle of the band, and nodes on their way as unready pods") {
  const auto decided = [](const Observation& one) { return make_hpa(without_window("utilization"), kSetting)->decide(one); };
  CHECK(decided(seen(10, 0, 0.5)).desired == 10);
  CHECK(decided(seen(10, 0, 0.54)).desired == 10);  // within 10 %
  CHECK(decided(seen(10, 0, 0.75)).desired == 15);
  CHECK(decided(seen(10, 0, 1)).desired == 20);     // however long the queue is
  CHECK(decided(seen(10, 4, 0.75)).desired == 14);  // 0.75 * 10 / 14 is 7 % above the target
  CHECK(decided(seen(10, 6, 0.75)).desired == 16);  // would turn the direction
  CHECK(decided(seen(10, 4, 0.25)).desired == 5);   // on the way down they do not count
  CHECK(decided(seen(4, 0, 1)).desired == 8);
  CHECK(decided(seen(10, 0, 0.01)).desired == 2);
  CHECK(decided(seen(10, 0, 0.01)).reason == Reason::too_few_replicas);
  CHECK(decided(seen(30, 0, 1)).desired == 40);
  CHECK(decided(seen(30, 0, 1)).reason == Reason::too_many_replicas);
  CHECK(decided(seen(50, 0, 0.5)).desired == 40);
  CHECK(decided(seen(1, 0, 0.5)).desired == 2);
  CHECK(decided(seen(0, 0, 0)).desired == 0);       // zero pods switch an HPA off
  CHECK(decided(seen(0, 3, 0)).reason == Reason::metrics_missing);
  CHECK(decided(seen(0, 3, 0)).desired == 3);
}

TEST_CASE("HPA on demand sees how large an overload is") {
  const auto policy = [] { return make_hpa(without_window("demand"), kSetting); };
  CHECK(policy()->decide(seen(10, 0, {}, 300, 0)).desired == 10);
  CHECK(policy()->decide(seen(10, 0, {}, 600, 150)).desired == 20);  // 25, but no more than twice as many in 15 seconds
  CHECK(policy()->decide(seen(10, 0, {}, 600, 150)).reason == Reason::scale_up_limit);
  CHECK(policy()->decide(seen(20, 5, {}, 600, 300)).desired == 30);  // 15 nodes of work at half use, 5 are coming
  CHECK(policy()->decide(seen(20, 0, {}, 300, 0)).desired == 10);
  CHECK(policy()->needs().arrivals);
  CHECK_FALSE(policy()->needs().utilization);
}

TEST_CASE("HPA on both metrics: the greater number, and no release while one is missing") {
  const auto decided = [](const Observation& observation) { return make_hpa(without_window("both"), kSetting)->decide(observation); };
  CHECK(decided(seen(10, 0, 0.75, 300, 0)).desired == 15);
  CHECK(decided(seen(10, 0, 0.5, 400, 50)).desired == 15);
  CHECK(decided(seen(10, 0, 0.25, 60, 0)).desired == 5);
  CHECK(decided(seen(10, 0, 0.25)).desired == 10);
  CHECK(decided(seen(10, 0, 0.25)).reason == Reason::metrics_missing);
  CHECK(decided(seen(10, 0, {}, 60, 0)).desired == 10);
  CHECK(decided(seen(10, 0, 0.75)).desired == 15);
  CHECK(decided(seen(10, 0, {}, 400, 50)).desired == 15);
  CHECK(decided(seen(10, 0, {})).desired == 10);
}

TEST_CASE("HPA begins with the nodes that it finds as its first recommendation, and reaches five minutes back") {
  const auto policy = make_hpa({}, kSetting);
  const auto desired = [&](double minute, double utilization) {
    return policy->decide(seen(10, 0, utilization, {}, {}, 60 * minute)).desired;
  };
  CHECK(desired(0, 0.25) == 10);
  for (const double minute : {1.0, 2.0, 3.0, 4.0}) CHECK(desired(minute, 0.3) == 10);
  CHECK(desired(5, 0.2) == 6);  // the 10 of the beginning are five minutes old
  CHECK(desired(8, 0.2) == 6);
  CHECK(desired(9, 0.2) == 4);
  CHECK(desired(11, 0.9) == 18);
}

TEST_CASE("HPA refuses what Kubernetes refuses") {
  const auto refused = [](const HpaOptions& options, const char* option) {
    CHECK_THROWS_WITH(make_hpa(options, kSetting), Catch::Contains(option));
  };
  refused({.window_up_s = 3601}, "--hpa-window-up");
  refused({.window_down_s = 3601}, "--hpa-window-down");
  refused({.rates_up = {"4/15s", "4"}}, "--hpa-rate-up");
  refused({.rates_down = {"0%/15s"}}, "--hpa-rate-down");
}
