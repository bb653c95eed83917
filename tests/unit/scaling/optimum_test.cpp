// The clairvoyant optimum against two other roads to the same number.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>

#include "libcore/scaling/optimum/clairvoyant.h"
#include "libcore/scaling/optimum/optimum.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinRel;

namespace {

using Demand = std::vector<std::int64_t>;
using Prices = std::vector<double>;

double price_of(const Prices& prices, std::int64_t level) {
  return prices.empty() ? 1 : prices[std::min(static_cast<std::size_t>(level), prices.size()) - 1];
}

/// Each level of the demand pays for its busy slots, and bridges an idle gap if that is cheaper than a new start. Before its
/// first busy slot a level may run idle since the beginning, or be started.
double level_oracle(const Demand& demand, double start, const Prices& prices = {}) {
  double cost = 0;
  const std::int64_t most = *std::max_element(demand.begin(), demand.end());
  for (std::int64_t level = 1; level <= most; ++level) {
    const double price = price_of(prices, level);
    double gap = 0;
    for (const std::int64_t need : demand) {
      if (need < level) {
        ++gap;
        continue;
      }
      cost += price + std::min(gap * price, start);
      gap = 0;
    }
  }
  return cost;
}

/// One node of each price.
double found_cost(const Demand& demand, double start, const Prices& prices) {
  std::vector<PricedNodes> tiers;
  for (const double price : prices) tiers.push_back({price, 1});
  return optimal_cost(demand, start, StopToken(), tiers);
}

/// All plans with at most `most` nodes.
double brute_force(const Demand& demand, double start, std::int64_t most, const Prices& prices) {
  double best = std::numeric_limits<double>::infinity();
  const std::function<void(std::size_t, std::int64_t, double)> extend = [&](std::size_t t, std::int64_t before, double cost) {
    if (cost >= best) return;
    if (t == demand.size()) {
      best = cost;
      return;
    }
    for (std::int64_t x = demand[t]; x <= most; ++x) {
      double slot = 0;
      for (std::int64_t level = 1; level <= x; ++level) slot += price_of(prices, level);
      const std::int64_t rise = t == 0 ? 0 : std::max<std::int64_t>(x - before, 0);
      extend(t + 1, x, cost + slot + start * static_cast<double>(rise));
    }
  };
  extend(0, 0, 0);
  return best;
}

Demand random_demand(std::mt19937_64& random, std::size_t slots, std::uint64_t values) {
  Demand demand(slots);
  for (auto& need : demand) need = static_cast<std::int64_t>(random() % values);
  return demand;
}

Trace trace_of(std::vector<double> arrivals) {
  Trace trace;
  trace.arrivals = std::move(arrivals);
  trace.peak_rate = *std::max_element(trace.arrivals.begin(), trace.arrivals.end()) / trace.slot_s;
  return trace;
}

}  // namespace

TEST_CASE("the optimum equals brute force and the level oracle on random demands") {
  // Prices and charges are multiples of 1/2, so that sums in any order are equal to the last bit.
  std::mt19937_64 random(3);
  const int rounds = std::getenv("DAYBREAK_SLOW") != nullptr ? 10000 : 1000;
  for (int round = 0; round < rounds; ++round) {
    const Demand demand = random_demand(random, 2 + random() % 5, 5);
    const double start = static_cast<double>(random() % 9) / 2;
    Prices prices;
    if (round % 2 == 1)
      for (double price = 0.5; prices.size() < 4; price += static_cast<double>(random() % 3) / 2) prices.push_back(price);
    const double found = found_cost(demand, start, prices);
    CHECK(found == brute_force(demand, start, 5, prices));
    CHECK(found == level_oracle(demand, start, prices));
  }
}

TEST_CASE("the optimum equals the level oracle on long demands") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 20; ++round) {
    const Demand demand = random_demand(random, 2000, 50);
    CHECK(optimal_cost(demand, 10, StopToken()) == level_oracle(demand, 10));
  }
}

TEST_CASE("a demand of a billion nodes costs as many times what its thousand millionths cost, and takes no longer") {
  std::mt19937_64 random(5);
  constexpr std::int64_t kTimes = 1'000'000;
  const Demand demand = random_demand(random, 1500, 1000);
  Demand large = demand;
  for (auto& need : large) need *= kTimes;
  const std::vector<PricedNodes> small_tiers{{0.5, 100}, {1, 400}, {2.5, 1}}, tiers{{0.5, 100 * kTimes}, {1, 400 * kTimes}, {2.5, 1}};
  CHECK(optimal_cost(large, 10, StopToken(), tiers) == kTimes * optimal_cost(demand, 10, StopToken(), small_tiers));
  CHECK(optimal_cost(large, 10, StopToken()) == kTimes * level_oracle(demand, 10));
}

TEST_CASE("the clairvoyant keeps minimum and maximum and pays for whole slots of booting") {
  // On nodes of 1 unit a second, at most 0.5 busy: 1, 4, 1, 1, 9, 1 nodes, within limits 2, 4, 2, 2, 6, 2.
  const Trace trace = trace_of({20, 110, 20, 20, 260, 20});
  ClusterOptions cluster;
  cluster.service_rate = 1;
  cluster.band_low = 0.4;
  cluster.band_high = 0.5;
  cluster.start_cost_min = 0.25;
  cluster.start_delay_s = 90;  // two slots
  LimitOptions limits;
  limits.min_nodes = 2;
  limits.max_nodes = 6;
  const Demand within{2, 4, 2, 2, 6, 2};
  CHECK(clairvoyant(trace, 1, cluster, limits, StopToken()).cost == level_oracle(within, 2.25));
  // From the beginning four nodes; the two idle slots of levels 3 and 4 are cheaper than new starts; levels 5 and 6 start.
  CHECK(level_oracle(within, 2.25) == 18 + 2 + 4 + 4.5);
  cluster.start_delays_s = {0, 61};  // on average one slot
  CHECK(clairvoyant(trace, 1, cluster, limits, StopToken()).cost == level_oracle(within, 1.25));
}

TEST_CASE("the clairvoyant takes the cheapest nodes first and says that this is a bound") {
  const Trace trace = trace_of({60, 180, 60});
  ClusterOptions cluster;
  cluster.service_rate = 1;
  cluster.band_high = 1;
  cluster.start_cost_min = 60;
  cluster.pools = {{.name = "near", .price_per_hour = 3, .capacity = 2, .start_delay_s = 0},
                   {.name = "far", .price_per_hour = 1, .capacity = 1, .start_delay_s = 600}};
  const Clairvoyant best = clairvoyant(trace, 1, cluster, {}, StopToken());
  // One cheap node all the time; two dear ones for a minute, after a start at no more than the cheapest charge.
  CHECK_THAT(best.cost, WithinRel(3 * 1.0 / 60 + 2 * std::min(3.0 / 60 + 3.0 / 60, 3.0 / 60 + 1), 1e-14));
  CHECK_THAT(best.method, Catch::Contains("bound from below"));
}
