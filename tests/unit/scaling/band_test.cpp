#include "libcore/scaling/policies/band.h"

#include <map>

#include "libcore/scaling/policies/band_rule.h"
#include "libcore/scaling/policies/flap_budget.h"
#include "tests/support/catch.hpp"
#include "tests/unit/scaling/loads.h"

using namespace daybreak;
using namespace daybreak::scaling;
using namespace daybreak::scaling::cases;

namespace {

/// What a fleet of a policy does under a load, seen at each decision.
std::vector<std::pair<Observation, Recommendation>> history(const std::string& policy, const Trace& trace, const ClusterOptions& cluster) {
  std::vector<std::pair<Observation, Recommendation>> all;
  Controller controller(make_policy(policy, {}, setting_of(trace, cluster, {})), {});
  simulate_fluid(trace, cluster, {}, controller, StopToken(), [&](const SlotReport& slot) { all.push_back({slot.seen, slot.decided}); });
  return all;
}

double number(const Recommendation& answer, std::string_view name) {
  for (const auto& entry : answer.numbers.entries())
    if (entry.name == name) return entry.value;
  FAIL("no number " << name);
  return 0;
}

}  // namespace

TEST_CASE("the band's numbers of nodes are those that a search finds") {
  Setting setting;
  setting.max_nodes = 400;
  for (int i = 1; i <= 3000; ++i) {
    const double demand = 0.1 * i;
    std::int64_t fewest = 1, most = 0;
    while (demand / static_cast<double>(fewest) > 0.92 + 1e-12) ++fewest;
    for (std::int64_t n = 1; n <= 400; ++n)
      if (demand / static_cast<double>(n) >= 0.85 - 1e-12) most = n;
    const BandNodes band = nodes_in_band(demand, setting);
    REQUIRE(band.fewest == fewest);
    REQUIRE(band.most == most);
  }
}

TEST_CASE("a fleet moves where the table by hand says") {
  const Setting setting;  // 0.85 to 0.92; releases below 0.837
  struct Row {
    double demand;
    std::int64_t recent, current, becomes;
  };
  const std::vector<Row> table{
      {92, 0, 100, 100},  // just not above
      {92.5, 0, 100, 101},
      {85, 0, 100, 100},
      {84, 0, 100, 100},  // below, and not clearly
      {83, 0, 100, 94},   // to 0.885
      {83, 97, 100, 97},  // 97 were needed a while ago
      {83, 200, 100, 100},  // more were, and are not started for that
      {1.2, 0, 2, 2},     // no number is in the band: the smallest that is not above it
      {1.2, 0, 5, 2},
      {5, 0, 7, 6},       // 5 nodes would be full, 6 are below the band
      {0, 0, 7, 1},
      {0, 0, 1, 1},
  };
  for (const Row& row : table) {
    INFO(row.demand << " " << row.recent << " " << row.current);
    CHECK(settle(row.demand, row.recent, row.current, setting) == row.becomes);
  }
}

TEST_CASE("a fleet that has settled stays where it is") {
  const Setting setting;
  for (int i = 0; i <= 5000; ++i) {
    const double demand = 0.05 * i;
    for (const std::int64_t start : {1, 3, 10, 40, 300}) {
      const std::int64_t there = settle(demand, 0, start, setting);
      REQUIRE(settle(demand, 0, there, setting) == there);
      REQUIRE(there * 0.92 >= demand * (1 - 1e-9));
    }
  }
}

TEST_CASE("a flap budget holds whatever is asked, and no start waits") {
  std::mt19937_64 random(9);
  for (const std::int64_t budget : {1, 2, 5, 8}) {
    FlapBudget flaps(budget);
    std::vector<double> reversals;
    int direction = 0, refused = 0;
    double changed = 0;
    std::int64_t now = 50;
    for (int minute = 1; minute <= 20000; ++minute) {
      const double time = 60.0 * minute;
      const auto wanted = static_cast<std::int64_t>(40 + random() % 20);
      const std::int64_t got = flaps.allow(time, now, wanted);
      REQUIRE((wanted <= now || got == wanted));
      refused += got != wanted;
      const int way = got > now ? 1 : got < now ? -1 : 0;
      if (way != 0 && way == -direction && time - changed <= 1800) reversals.push_back(time);
      if (way != 0) direction = way, changed = time;
      REQUIRE(std::count_if(reversals.begin(), reversals.end(), [&](double at) { return at > time - 3600; }) <= budget);
      now = got;
      const io::Json state = flaps.state();
      flaps = FlapBudget(budget);
      flaps.restore(state);
    }
    CHECK(refused > 1000);
    CHECK((budget == 1 || !reversals.empty()));
  }
}

TEST_CASE("a constant load never lacks nodes and never flaps") {
  for (const double slot : {15.0, 60.0, 600.0}) {
    for (const double nodes : {0.4, 2.7, 15.0, 333.3}) {
      const Trace trace = trace_of(std::vector<double>(1000, 600.0), slot);
      const auto all = history("band", trace, cluster_of(nodes, 5));
      for (const auto& [seen, decided] : all) REQUIRE(static_cast<double>(decided.desired) * 0.92 >= nodes * (1 - 1e-9));
      // The first nodes are a precaution: they go once for all, when the load has shown that it stays.
      for (std::size_t i = 1; i < all.size(); ++i) REQUIRE(all[i].second.desired <= all[i - 1].second.desired);
      const auto settled = all.begin() + 20 + static_cast<std::ptrdiff_t>(7200 / slot);
      CHECK(std::all_of(settled, all.end(), [&](const auto& one) { return one.second.desired == all.back().second.desired; }));
    }
  }
}

TEST_CASE("nodes on their way are not started again") {
  // From 10 busy nodes to 40 at once, and starts that take 30 minutes: all that is missing is ordered, and only once.
  std::vector<double> load(240, 600.0);
  std::fill(load.begin() + 100, load.end(), 2400.0);
  ClusterOptions cluster = cluster_of(40, 30);
  std::int64_t most = 0;
  std::map<Reason, int> reasons;
  for (const auto& [seen, decided] : history("band", trace_of(load), cluster)) {
    most = std::max(most, decided.desired);
    ++reasons[decided.reason];
  }
  // While work waits for them it counts as demand too: as much again as one minute's drain at most.
  CHECK(reasons[Reason::pending_start] >= 20);
  CHECK(reasons[Reason::desired_within_range] > 50);
  CHECK(most < 10000);
}

TEST_CASE("a decision tells the numbers behind it") {
  const auto all = history("band", made_up({.name = "noisy", .noise = 0.05}, 1, 4), cluster_of(60, 5));
  for (const auto& [seen, decided] : all) {
    const double forecast = number(decided, "forecast_nodes") * (1 + number(decided, "headroom"));
    REQUIRE(number(decided, "band_fewest_nodes") >= std::floor(forecast / 0.92));
    REQUIRE(number(decided, "demand_nodes") >= 0);
    REQUIRE((decided.reason == Reason::flap_budget || static_cast<double>(decided.desired) == number(decided, "wanted_nodes")));
  }
}

TEST_CASE("missing metrics hold the fleet") {
  const Trace trace = made_up({.name = "calm"}, 1, 1);
  const ClusterOptions cluster = cluster_of(60, 5);
  Controller controller(make_policy("band", {}, setting_of(trace, cluster, {})), {});
  Observation seen{.time_s = 60, .ready = 30};
  seen.arrivals = trace.arrivals[0];
  seen.queue = 0.0;
  controller.decide(seen);
  const std::string before = controller.state().dump();
  seen.time_s = 120;
  seen.arrivals.reset();
  CHECK(controller.decide(seen).desired == 30);
  CHECK(controller.decide(seen).reason == Reason::metrics_missing);
  CHECK(controller.state().dump() == before);
}

TEST_CASE("band goes on bit for bit after any restart, with a memory that does not grow") {
  CHECK(survives_restarts("band", slow() ? 2000 : 200));
  const Trace trace = made_up({.name = "noisy", .noise = 0.2}, 3, 8);
  Setting setting = setting_of(trace, cluster_of(60, 5), {});
  const auto policy = make_policy("band", {}, setting);
  std::mt19937_64 random(2);
  std::size_t largest = 0;
  for (int minute = 1; minute <= 4000; ++minute) {
    policy->decide(next_seen(random, 60.0 * minute, 30));
    if (minute % 500 == 0) largest = std::max(largest, policy->state().dump().size());
  }
  CHECK(largest < 400'000);
}
