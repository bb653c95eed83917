#include <algorithm>

#include "libcore/scaling/policies/recent_peak.h"
#include "tests/support/catch.hpp"
#include "tests/unit/scaling/loads.h"

using namespace daybreak;
using namespace daybreak::scaling;
using namespace daybreak::scaling::cases;

TEST_CASE("the recent peak is the largest of the last while") {
  std::mt19937_64 random(5);
  RecentPeak peak(300);
  std::vector<std::pair<double, std::int64_t>> all;
  double time = 0;
  for (int i = 0; i < 3000; ++i) {
    time += static_cast<double>(15 * (1 + random() % 8));
    all.push_back({time, static_cast<std::int64_t>(random() % 100)});
    std::int64_t largest = 0;
    for (const auto& [at, value] : all)
      if (time - at <= 300) largest = std::max(largest, value);
    REQUIRE(peak.add(all.back().first, all.back().second) == largest);
    REQUIRE(peak.state().size() <= 21);  // one each 15 seconds
  }
}

TEST_CASE("delayed-off keeps a level for as long as its start costs") {
  // mu 1 and a target of 0.92; a start costs 300 s and takes 300 s, so an idle level stays for ten periods of a minute.
  const auto policy = make_policy("delayed-off", {}, {});
  const auto seen = [](int minute, double load) {
    Observation observation{.time_s = 60.0 * minute};
    observation.arrivals = load * 60;
    observation.queue = 0.0;
    return observation;
  };
  CHECK(policy->decide(seen(1, 9.2)).desired == 10);
  for (int minute = 2; minute <= 11; ++minute) {
    const Recommendation kept = policy->decide(seen(minute, 4.6));
    CHECK(kept.desired == 10);
    CHECK(kept.reason == Reason::scale_down_stabilized);
  }
  CHECK(policy->decide(seen(12, 4.6)).desired == 5);
  CHECK(policy->decide(seen(13, 9.3)).desired == 11);
  Observation waiting = seen(14, 9.2);
  waiting.queue = 60 * 9.2;  // as much again is to be served within a minute
  CHECK(policy->decide(waiting).desired == 20);
}

TEST_CASE("delayed-off: a target of its own, and no other than a utilization") {
  PolicyOptions options;
  options.delayed_off.target = 0.5;
  Observation observation{.time_s = 60};
  observation.arrivals = 600;
  observation.queue = 0.0;
  CHECK(make_policy("delayed-off", options, {})->decide(observation).desired == 20);
  for (const double wrong : {0.0, -1.0, 1.5}) {
    options.delayed_off.target = options.lcp.target = wrong;
    CHECK_THROWS_WITH(make_policy("delayed-off", options, {}), Catch::Contains("--delayed-off-target"));
    CHECK_THROWS_WITH(make_policy("lcp", options, {}), Catch::Contains("--lcp-target"));
  }
}

TEST_CASE("delayed-off goes on bit for bit after any restart") {
  CHECK(survives_restarts("delayed-off", 300));
}
