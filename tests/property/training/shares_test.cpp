// No other division of a step is faster: shares against all possible ones.
#include "libcore/training/shares.h"

#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak::training;

namespace {

constexpr double kNever = 1e300;

double positive() {
  return *rc::gen::inRange(1, 100) / 100.0;
}

std::vector<RankPace> some_ranks(std::int64_t micro_batches) {
  std::vector<RankPace> ranks(*rc::gen::inRange<std::size_t>(1, 5));
  for (RankPace& rank : ranks) {
    rank = {.fixed_s = *rc::gen::inRange(0, 2) * positive(), .each_s = positive(), .whole_update_s = positive()};
    if (*rc::gen::inRange(0, 3) == 0) rank.most_micro_batches = *rc::gen::inRange<std::int64_t>(0, micro_batches);
    if (*rc::gen::inRange(0, 3) == 0) rank.state_room_bytes = *rc::gen::inRange(0, 100);
  }
  return ranks;
}

/// The least time of all ways to give `left` to the ranks from `rank` on; kNever where there is none.
double least_of_all(const std::vector<RankPace>& ranks, std::vector<std::int64_t>& shares, std::size_t rank, std::int64_t left) {
  if (rank == ranks.size()) return left == 0 ? slowest_compute_s(ranks, shares) : kNever;
  double least = kNever;
  for (std::int64_t take = 0; take <= std::min(left, ranks[rank].most_micro_batches); ++take) {
    shares[rank] = take;
    least = std::min(least, least_of_all(ranks, shares, rank + 1, left - take));
  }
  return least;
}

/// The same of whole hundredths of a state of 100 bytes.
double least_update_of_all(const std::vector<RankPace>& ranks, std::vector<double>& shares, std::size_t rank, int left) {
  const auto fits = [&](int take) { return take <= ranks[rank].state_room_bytes; };
  if (rank + 1 == ranks.size()) {
    shares[rank] = left / 100.0;
    return fits(left) ? slowest_update_s(ranks, shares) : kNever;
  }
  double least = kNever;
  for (int take = 0; take <= left && fits(take); take += 5) {
    shares[rank] = take / 100.0;
    least = std::min(least, least_update_of_all(ranks, shares, rank + 1, left - take));
  }
  return least;
}

}  // namespace

TEST_CASE("no shares of the micro-batches are faster") {
  CHECK(rc::check([] {
    const auto micro_batches = *rc::gen::inRange<std::int64_t>(1, 13);
    const std::vector<RankPace> ranks = some_ranks(micro_batches);
    std::vector<std::int64_t> tried(ranks.size());
    const double least = least_of_all(ranks, tried, 0, micro_batches);
    if (least == kNever) {
      RC_ASSERT_THROWS_AS(best_shares(ranks, micro_batches), daybreak::Error);
      return;
    }
    const std::vector<std::int64_t> best = best_shares(ranks, micro_batches);
    RC_ASSERT(std::accumulate(best.begin(), best.end(), std::int64_t{0}) == micro_batches);
    for (std::size_t i = 0; i < ranks.size(); ++i) RC_ASSERT(best[i] <= ranks[i].most_micro_batches);
    RC_ASSERT(slowest_compute_s(ranks, best) == least);
    RC_ASSERT(least >= ideal_compute_s(ranks, micro_batches) * (1 - 1e-12));
  }));
}

TEST_CASE("no shares of the state are faster, and they keep within the room for it") {
  CHECK(rc::check([] {
    const std::vector<RankPace> ranks = some_ranks(1);
    std::vector<double> tried(ranks.size());
    const double least = least_update_of_all(ranks, tried, 0, 100);
    double room = 0;
    for (const RankPace& rank : ranks) room += std::min(rank.state_room_bytes, 100.0);
    if (room < 100) {
      RC_ASSERT_THROWS_AS(best_state_shares(ranks, 100), daybreak::Error);
      return;
    }
    const std::vector<double> best = best_state_shares(ranks, 100);
    RC_ASSERT(std::abs(std::accumulate(best.begin(), best.end(), 0.0) - 1) < 1e-12);
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      RC_ASSERT(best[i] >= 0);
      RC_ASSERT(best[i] * 100 <= ranks[i].state_room_bytes * (1 + 1e-12));
    }
    RC_ASSERT(slowest_update_s(ranks, best) <= 1.05 * least * (1 + 1e-12));
    // Whoever is done before the slowest is full, unless all have as much.
    const double slowest = slowest_update_s(ranks, best);
    const bool even = std::all_of(best.begin(), best.end(), [&](double share) { return share == best[0]; });
    for (std::size_t i = 0; i < ranks.size() && !even; ++i)
      RC_ASSERT(best[i] * ranks[i].whole_update_s >= slowest * (1 - 1e-9) ||
                best[i] * 100 >= ranks[i].state_room_bytes * (1 - 1e-9));
  }));
}
