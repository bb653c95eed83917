// Nodes that come and go: order, delays, failures, pools.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/scaling/simulation/cluster.h"
#include "tests/support/catch.hpp"

using namespace daybreak::scaling;

namespace {

std::int64_t held(const Cluster& cluster, std::size_t pool, bool spot) {
  return cluster.holdings()[2 * pool + (spot ? 1 : 0)].nodes;
}

}  // namespace

TEST_CASE("starts take idle nodes first, then the same region, then others; what came last is canceled first") {
  ClusterOptions options;
  options.idle_nodes = 2;
  options.same_region_nodes = 6;
  Cluster cluster(options, 3);  // of the same region: warm nodes are a reserve
  CHECK(held(cluster, 0, false) == 0);
  CHECK(cluster.scale_to(60, 10) == 7);
  CHECK(held(cluster, 0, false) == 2);
  CHECK(held(cluster, 1, false) == 6);
  CHECK(held(cluster, 2, false) == 2);
  cluster.advance(60);
  CHECK(cluster.serving() == 5);
  CHECK(cluster.scale_to(120, 7) == -3);  // both of the other region and one of this
  CHECK(held(cluster, 2, false) == 0);
  CHECK(held(cluster, 1, false) == 5);
  cluster.advance(360);
  CHECK(cluster.serving() == 7);
  CHECK(cluster.older_than(361, 300) == 5);
}

TEST_CASE("a cluster has no more nodes than its pools") {
  ClusterOptions options;
  options.pools = {{.name = "a", .price_per_hour = 2, .capacity = 3, .spot_share = 0.5, .spot_price_per_hour = 1},
                   {.name = "b", .price_per_hour = 4, .capacity = 2}};
  Cluster cluster(options, 9);
  CHECK(cluster.serving() == 5);
  CHECK(held(cluster, 0, true) == 2);
  CHECK(cluster.holdings()[1].price_per_hour == 1);
  CHECK(cluster.scale_to(0, 7) == 0);
  CHECK(cluster.scale_to(0, 4) == -1);
  CHECK(cluster.scale_to(0, 7) == 1);
}

TEST_CASE("drawn start delays are those of the sample, in its proportions, and the same for a seed") {
  ClusterOptions options;
  options.start_delays_s = {30, 90, 90};
  options.seed = 5;
  Cluster cluster(options, 0), again(options, 0);
  cluster.scale_to(0, 30000);
  again.scale_to(0, 30000);
  cluster.advance(89);
  again.advance(89);
  // One of three, with the deviation of a binomial.
  CHECK(std::abs(static_cast<double>(cluster.serving()) - 10000) < 4 * std::sqrt(30000 * 2.0 / 9));
  CHECK(cluster.serving() == again.serving());
  cluster.advance(90);
  CHECK(cluster.serving() == 30000);
}

TEST_CASE("half a billion nodes are told in a few groups: released, drawn, lost") {
  ClusterOptions options;
  constexpr std::int64_t kMany = 500'000'000;
  options.pools = {{.name = "a", .capacity = kMany / 2, .start_delay_s = 60}, {.name = "b", .capacity = kMany, .start_delay_s = 60}};
  Cluster cluster(options, kMany);
  CHECK(cluster.scale_to(0, 10) == 10 - kMany);
  REQUIRE(cluster.released().size() == 2);
  CHECK(cluster.released()[0].holding == 0);
  CHECK(cluster.released()[0].nodes == kMany / 2);
  CHECK(cluster.released()[1].holding == 2);
  CHECK(cluster.released()[1].nodes == kMany / 2 - 10);
  CHECK(cluster.scale_to(60, 15) == 5);
  CHECK(cluster.released().empty());

  ClusterOptions drawn;
  drawn.start_delays_s = {30, 90};
  drawn.same_region_nodes = kMany;
  drawn.mtbf_s = 1;
  Cluster draws(drawn, 0);
  draws.scale_to(0, kMany / 500);
  draws.advance(90);
  CHECK(draws.fail(60, nullptr) == kMany / 500);
  CHECK(draws.serving() == 0);
}

TEST_CASE("nodes fail at the rate of their kind, at random places") {
  ClusterOptions options;
  options.mtbf_s = 3600 * 100;
  options.pools = {{.name = "a", .capacity = 100000, .spot_share = 0.5, .spot_interruptions_per_hour = 0.5}};
  Cluster cluster(options, 100000);
  std::vector<std::int64_t> places;
  const std::int64_t lost = cluster.fail(3600, &places);
  CHECK(lost == static_cast<std::int64_t>(places.size()));
  CHECK(std::is_sorted(places.begin(), places.end()));
  CHECK(std::adjacent_find(places.begin(), places.end()) == places.end());
  const double plain = 50000 * (1 - std::exp(-0.01)), spot = 50000 * (1 - std::exp(-0.51));
  CHECK(std::abs(50000 - static_cast<double>(held(cluster, 0, false)) - plain) < 4 * std::sqrt(plain));
  CHECK(std::abs(50000 - static_cast<double>(held(cluster, 0, true)) - spot) < 4 * std::sqrt(spot));
  CHECK(cluster.serving() == 100000 - static_cast<std::int64_t>(places.size()));
  CHECK(places.back() < 100000);
  // The places are spread evenly within each kind: the mean of the first kind's lies in its middle.
  const auto end = std::lower_bound(places.begin(), places.end(), 50000);
  const double mean = std::accumulate(places.begin(), end, 0.0) / static_cast<double>(end - places.begin());
  CHECK(std::abs(mean - 25000) < 4 * 50000 / std::sqrt(12 * plain));
}
