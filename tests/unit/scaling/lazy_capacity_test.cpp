#include "libcore/scaling/policies/lazy_capacity.h"

#include "tests/support/catch.hpp"
#include "tests/unit/scaling/loads.h"

using namespace daybreak;
using namespace daybreak::scaling;
using namespace daybreak::scaling::cases;

namespace {

using Costs = std::vector<std::vector<double>>;  // [periods, nodes + 1]

/// |/-shaped costs with a random lowest point: convex, and steep enough to tempt the plan.
Costs random_costs(std::mt19937_64& random) {
  const std::size_t most = 1 + random() % 5;
  Costs costs(1 + random() % 7, std::vector<double>(most + 1));
  for (auto& cost : costs) {
    const std::size_t lowest = random() % (most + 1);
    const double missing = static_cast<double>(random() % 50) / 8, idle = static_cast<double>(1 + random() % 50) / 8;
    for (std::size_t x = 0; x <= most; ++x)
      cost[x] = x < lowest ? missing * static_cast<double>(lowest - x) : idle * static_cast<double>(x - lowest);
  }
  return costs;
}

double optimum_by_all_pairs(const Costs& costs, double start) {
  std::vector<double> best(costs.front().size(), 1e300);
  best[0] = 0;
  for (const auto& cost : costs) {
    std::vector<double> next(best.size(), 1e300);
    for (std::size_t x = 0; x < best.size(); ++x)
      for (std::size_t y = 0; y < best.size(); ++y)
        next[x] = std::min(next[x], best[y] + start * static_cast<double>(x > y ? x - y : 0) + cost[x]);
    best = next;
  }
  return *std::min_element(best.begin(), best.end());
}

double lazy_cost(const Costs& costs, double start) {
  LazyCapacity plan(start);
  std::int64_t now = 0;
  double total = 0;
  for (const auto& cost : costs) {
    // Beyond the end costs go on as they rise there: with the last slope, which is convex too.
    plan.add(cost, std::max(cost.back() - cost[cost.size() - 2], 0.125));
    const auto [lower, upper] = plan.bounds();
    REQUIRE(lower <= upper);
    const std::int64_t next = std::clamp(now, lower, upper);
    REQUIRE(next < static_cast<std::int64_t>(cost.size()));
    total += start * static_cast<double>(std::max<std::int64_t>(next - now, 0)) + cost[static_cast<std::size_t>(next)];
    now = next;
  }
  return total;
}

}  // namespace

TEST_CASE("lazy capacity provisioning never costs over three times the optimum") {
  std::mt19937_64 random(7);
  const int rounds = slow() ? 100'000 : 5'000;
  double worst = 0;
  for (int round = 0; round < rounds; ++round) {
    const Costs costs = random_costs(random);
    const double start = static_cast<double>(1 + random() % 6), lazy = lazy_cost(costs, start), best = optimum_by_all_pairs(costs, start);
    CHECK(lazy <= 3 * best + 1e-9);
    CHECK(lazy >= best - 1e-9);
    if (best > 0) worst = std::max(worst, lazy / best);
  }
  CHECK(worst > 2);  // the cases are hard enough to tell
}

TEST_CASE("lazy capacity provisioning is ski rental where costs are linear") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Trace trace = made_up({.name = "rough", .noise = 0.1, .wander = 0.2, .crowds_a_day = 2}, 2, seed);
    const ClusterOptions cluster = cluster_of(40, 5);
    const PolicyReport lazy = outcome_of("lcp", trace, cluster).report, rental = outcome_of("delayed-off", trace, cluster).report;
    CHECK(lazy.cost == rental.cost);
    CHECK(lazy.starts == rental.starts);
    CHECK(lazy.stops == rental.stops);
    CHECK(lazy.violated_share == rental.violated_share);
    CHECK(lazy.starts > 50);
  }
}

TEST_CASE("lazy capacity provisioning remembers no more levels than matter") {
  LazyCapacity plan(600);
  std::vector<double> cost(1001);
  for (std::size_t x = 0; x < cost.size(); ++x) cost[x] = 60 * (static_cast<double>(x) + 1000 * static_cast<double>(1000 - x));
  plan.add(cost, 60);
  CHECK(plan.bounds().lower == 1000);
  const std::vector<double> small{60000, 60};
  for (int period = 0; period < 20; ++period) plan.add(small, 60);
  CHECK(plan.bounds().upper == 1);
  CHECK(plan.state().size() <= 2);
}

TEST_CASE("lcp goes on bit for bit after any restart") {
  CHECK(survives_restarts("lcp", 300));
}
