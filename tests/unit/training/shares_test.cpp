// Shares of micro-batches and of the optimizer's state, in cases that one can work out by hand.
#include "libcore/training/shares.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

namespace {

using Counts = std::vector<std::int64_t>;

ShareOptions named(const std::string& text) {
  ShareOptions options;
  options.shares = text;
  return options;
}

}  // namespace

TEST_CASE("a rank three times as fast takes three times as much") {
  const std::vector<RankPace> ranks{{.each_s = 1}, {.each_s = 3}};
  CHECK(best_shares(ranks, 8) == Counts{6, 2});
  CHECK(slowest_compute_s(ranks, Counts{6, 2}) == 6);
  CHECK(ideal_compute_s(ranks, 8) == 6);
}

TEST_CASE("a rank whose fixed cost is longer than the step takes none") {
  const std::vector<RankPace> ranks{{.each_s = 1}, {.fixed_s = 10, .each_s = 0.1}};
  CHECK(best_shares(ranks, 8) == Counts{8, 0});
  CHECK(slowest_compute_s(ranks, Counts{8, 0}) == 8);
  CHECK(best_shares(ranks, 20) == Counts{11, 9});
}

TEST_CASE("what a rank takes to hand its gradient over counts") {
  const std::vector<RankPace> ranks{{.each_s = 1}, {.each_s = 3, .hand_over_s = 1.5}};
  CHECK(best_shares(ranks, 16) == Counts{13, 3});
}

TEST_CASE("a rank that holds no micro-batch takes none, and all that fit nowhere are an error") {
  std::vector<RankPace> ranks{{.each_s = 1, .most_micro_batches = 0}, {.each_s = 5}};
  CHECK(best_shares(ranks, 4) == Counts{0, 4});
  ranks[1].most_micro_batches = 3;
  CHECK_THROWS_WITH(best_shares(ranks, 4), Catch::Contains("holds 3 of a step's 4 micro-batches"));
}

TEST_CASE("equal shares differ by one at most") {
  CHECK(equal_shares(5, 2) == Counts{3, 2});
  CHECK(equal_shares(2, 3) == Counts{1, 1, 0});
}

TEST_CASE("the state follows the speed of the update, up to the room for it") {
  std::vector<RankPace> ranks{{.whole_update_s = 1}, {.whole_update_s = 3}};
  const std::vector<double> by_speed = best_state_shares(ranks, 1000);
  CHECK(by_speed[0] == Approx(0.75));
  CHECK(by_speed[1] == Approx(0.25));
  ranks[0].state_room_bytes = 400;
  const std::vector<double> in_room = best_state_shares(ranks, 1000);
  CHECK(in_room[0] == Approx(0.4));
  CHECK(in_room[1] == Approx(0.6));
  ranks[1].state_room_bytes = 500;
  CHECK_THROWS_WITH(best_state_shares(ranks, 2e9), Catch::Contains("takes 2000.0 MB, of which 2000.0 MB have no room"));
}

TEST_CASE("what differs by no more than noise is equal, where it fits") {
  std::vector<RankPace> ranks{{.whole_update_s = 1}, {.whole_update_s = 1.05}};
  CHECK(best_state_shares(ranks, 100) == std::vector<double>{0.5, 0.5});
  ranks[0].state_room_bytes = 49;
  CHECK(best_state_shares(ranks, 100)[0] == 0.49);
}

TEST_CASE("shares by name") {
  CHECK(ShareOptions().automatic());
  CHECK(named("equal").division(5, 2).micro_batches == Counts{3, 2});
  CHECK(named("3,1").division(4, 2).micro_batches == Counts{3, 1});
  CHECK(named("0,3,1").division(4, 3).micro_batches == Counts{0, 3, 1});
  CHECK(named("equal").division(4, 3).state == std::vector<double>{1, 1, 1});
  CHECK(ShareOptions().division(4, 1).micro_batches == Counts{4});
  CHECK_THROWS_WITH(named("3,1").division(4, 3), Catch::Contains("--shares 3,1: expected one number for each of 3 ranks, found 2"));
  CHECK_THROWS_WITH(named("3,1").division(8, 2), Catch::Contains("--shares 3,1: expected a sum of 8") && Catch::Contains("found 4"));
  CHECK_THROWS_AS(named("3,").division(3, 2), Error);
  CHECK_THROWS_AS(named("fast").division(3, 2), Error);
  CHECK_THROWS_AS(named("4,-1").division(3, 2), Error);
}
