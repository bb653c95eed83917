// The SkyServe policy, and the averages that it and KPA take.
#include "libcore/base/error.h"
#include "libcore/scaling/policies/recent_average.h"
#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

/// One SkyServe on a fleet that obeys, with nodes of 1 unit a second at target 1: the rate is the number of nodes asked for.
class Fleet {
 public:
  Fleet(const SkyServeOptions& options, double period_s, std::int64_t nodes, std::int64_t min_nodes = 1)
      : period_s_(period_s), nodes_(nodes),
        policy_(make_skyserve(options, {.service_rate = 1, .period_s = period_s, .min_nodes = min_nodes, .max_nodes = 50})) {}

  std::int64_t after(double rate) {
    time_s_ += period_s_;
    last = policy_->decide({.time_s = time_s_, .period_s = period_s_, .ready = nodes_, .arrivals = rate * period_s_});
    return nodes_ = last.desired;
  }
  Recommendation last;

 private:
  double time_s_ = 0, period_s_;
  std::int64_t nodes_;
  std::unique_ptr<Policy> policy_;
};

}  // namespace

TEST_CASE("SkyServe starts after 5 minutes above and releases after 20 below, in a row") {
  Fleet fleet({.target = 1}, 60, 10);
  for (int minute = 1; minute < 5; ++minute) CHECK(fleet.after(15) == 10);
  CHECK(fleet.last.reason == Reason::scale_up_stabilized);
  CHECK(fleet.after(15) == 15);
  CHECK(fleet.last.reason == Reason::desired_within_range);
  for (int minute = 1; minute < 20; ++minute) CHECK(fleet.after(3.5) == 15);
  CHECK(fleet.last.reason == Reason::scale_down_stabilized);
  CHECK(fleet.after(3.5) == 4);
}

TEST_CASE("one jitter begins SkyServe's count anew, on the target or on the other side") {
  for (const double jitter : {10.0, 9.0}) {
    Fleet fleet({.target = 1}, 60, 10);
    for (int minute = 1; minute < 5; ++minute) CHECK(fleet.after(15) == 10);
    CHECK(fleet.after(jitter) == 10);
    for (int minute = 1; minute < 5; ++minute) CHECK(fleet.after(20) == 10);
    CHECK(fleet.after(12.5) == 13);  // to what is asked for at the end, not to what was
  }
}

TEST_CASE("SkyServe counts decisions, averages its window, and keeps its bounds and extra nodes") {
  Fleet slow({.target = 1}, 600, 10);  // an up delay shorter than a period: at once
  CHECK(slow.after(11) == 11);
  CHECK(slow.after(1) == 11);
  CHECK(slow.after(1) == 1);
  Fleet fast({.target = 1}, 20, 10);  // 15 decisions, on the mean of three periods
  for (int step = 1; step < 15; ++step) CHECK(fast.after(step == 14 ? 30 : 15) == 10);
  CHECK(fast.after(15) == 20);
  Fleet bound({.target = 1, .up_delay_s = 0, .down_delay_s = 0}, 60, 10);
  CHECK(bound.after(1000) == 50);
  CHECK(bound.after(0) == 1);
  Fleet zero({.target = 1}, 60, 0, 0);  // nobody waits where nothing serves
  CHECK(zero.after(0) == 0);
  CHECK(zero.after(7) == 7);
  Fleet extra({.target = 1, .up_delay_s = 0, .over_provision = 2}, 60, 12);
  CHECK(extra.after(10) == 12);
  CHECK(extra.after(11) == 13);
  const auto by_band = make_skyserve({}, {.service_rate = 2, .period_s = 600, .band_low = 0.7, .band_high = 0.8});
  CHECK(by_band->decide({.time_s = 600, .period_s = 600, .ready = 1, .arrivals = 9000}).desired == 10);  // 15 / (2 * 0.75)
  CHECK_THROWS_AS(make_skyserve({.window_s = 0}, {}), Error);
}

TEST_CASE("recent averages weigh periods by what lies in the window, and forget the rest") {
  RecentAverage average(60);
  CHECK(average.over(60) == 0);
  average.add(30, 30, 2);
  CHECK(average.over(60) == 2);  // what nobody measured is neither load nor idleness
  average.add(60, 30, 4);
  CHECK(average.over(60) == 3);
  CHECK(average.over(30) == 4);
  CHECK(average.over(40) == (4 * 30 + 2 * 10) / 40.0);
  CHECK(average.over(10) == 4);
  average.add(90, 30, 6);
  CHECK(average.over(60) == 5);
  CHECK(average.state().size() == 2);
  average.add(1000, 1, 1);
  CHECK(average.over(60) == 1);
}
