// Re-planning over traces of what ranks took.
#include "libcore/training/replan.h"

#include <cmath>
#include <functional>
#include <random>

#include "tests/support/catch.hpp"

using namespace daybreak::training;

namespace {

using Counts = std::vector<std::int64_t>;
/// Seconds that a micro-batch takes on a rank in a step.
using Trace = std::function<double(std::int64_t step, std::size_t rank)>;

struct Change {
  std::int64_t step;
  Counts shares;
};

/// All changes of a run over so many steps that begins with shares for ranks as fast as they are at first.
std::vector<Change> changes(std::int64_t steps, std::size_t ranks, std::int64_t micro_batches, const Trace& each_s,
                            double fixed_s = 0.01) {
  std::vector<RankPace> paces(ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) paces[rank] = {.fixed_s = fixed_s, .each_s = each_s(0, rank)};
  Replanner replanner(paces, best_shares(paces, micro_batches));
  std::vector<Change> found;
  for (std::int64_t step = 1; step <= steps; ++step) {
    std::vector<double> computed_s(ranks, 0);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      const std::int64_t share = replanner.shares()[rank];
      if (share > 0) computed_s[rank] = fixed_s + static_cast<double>(share) * each_s(step, rank);
    }
    if (const auto shares = replanner.after_step(computed_s)) found.push_back({step, *shares});
  }
  return found;
}

}  // namespace

TEST_CASE("noise alone changes nothing") {
  for (const double deviation : {0.02, 0.1, 0.3}) {
    std::mt19937_64 random(11);
    std::normal_distribution<double> draw(0, deviation);
    // Now and then ten times as long, as on a machine that others use too.
    const auto found = changes(5000, 3, 24, [&](std::int64_t step, std::size_t rank) {
      const double noise = step == 0 ? 1 : std::exp(draw(random)) * (random() % 50 == 0 ? 10 : 1);
      return 0.1 * static_cast<double>(rank + 1) * noise;
    });
    CHECK(found.empty());
  }
}

TEST_CASE("a rank that becomes three times slower gives up its share within 20 steps, and gets it back") {
  const auto found = changes(300, 2, 16, [](std::int64_t step, std::size_t rank) {
    return rank == 1 && step > 100 && step <= 200 ? 0.3 : 0.1;
  });
  REQUIRE(found.size() == 2);
  CHECK(found[0].shares == Counts{12, 4});
  CHECK(found[0].step > 100);
  CHECK(found[0].step <= 120);
  CHECK(found[1].shares == Counts{8, 8});
  CHECK(found[1].step > 200);
  CHECK(found[1].step <= 220);
}

TEST_CASE("short steps are judged by what many of them take") {
  // Steps of 16 ms; from the 1000th on the second rank stands still for 160 ms in every fifth: most of its steps are as ever.
  const auto found = changes(6000, 2, 16, [](std::int64_t step, std::size_t rank) {
    return rank == 1 && step > 1000 && step % 5 == 0 ? 0.022 : 0.002;
  }, 0);
  REQUIRE(found.size() == 1);
  CHECK(found[0].step > 1000);
  CHECK(found[0].step < 1000 + 20 * 32);
  CHECK(found[0].shares == Counts{12, 4});
}

TEST_CASE("what other shares would gain too little from changes nothing") {
  CHECK(changes(1000, 2, 100, [](std::int64_t step, std::size_t rank) { return rank == 1 && step > 10 ? 0.115 : 0.1; }).empty());
  CHECK(changes(1000, 2, 100, [](std::int64_t step, std::size_t rank) { return rank == 1 && step > 10 ? 0.135 : 0.1; }).size() == 1);
}

TEST_CASE("whole numbers may leave nothing to gain") {
  // Two micro-batches for two ranks: giving both to one of them is no faster than waiting for a rank half as fast.
  CHECK(changes(1000, 2, 2, [](std::int64_t step, std::size_t rank) { return rank == 1 && step > 10 ? 0.2 : 0.1; }).empty());
}

TEST_CASE("a rank that keeps changing its pace does not keep changing the shares") {
  const auto of_period = [](std::int64_t period) {
    return changes(10000, 2, 16, [period](std::int64_t step, std::size_t rank) {
             return rank == 1 && step / period % 2 == 1 ? 0.3 : 0.1;
           }).size();
  };
  // On the average of both or on one of them.
  for (const std::int64_t period : {1, 2, 3, 5}) CHECK(of_period(period) <= 1);
  for (const std::int64_t period : {10, 15, 25, 40, 100}) CHECK(of_period(period) <= 10000 / (8 * 15) + 4);
  // A pace that stays for long is followed for ever.
  CHECK(of_period(1000) == 10000 / 1000 - 1);
}

TEST_CASE("handing over is no part of what a rank computes") {
  Replanner replanner({{.each_s = 0.1, .hand_over_s = 0.3}, {.each_s = 0.1, .hand_over_s = 0.3}}, {8, 8});
  for (int step = 0; step < 40; ++step) CHECK_FALSE(replanner.after_step(std::vector<double>{0.8, 0.8}));
  CHECK(replanner.ranks()[0].each_s == Approx(0.1));
}

TEST_CASE("a rank whose share is 0 is not measured") {
  Replanner replanner({{.each_s = 0.15}, {.each_s = 1.0}}, {4, 0});
  for (int step = 0; step < 100; ++step) CHECK_FALSE(replanner.after_step(std::vector<double>{0.6, 0}));
  // When the other one becomes as slow, it takes part again.
  std::optional<Counts> shares;
  for (int step = 0; step < 20 && !shares; ++step) shares = replanner.after_step(std::vector<double>{4.0, 0});
  CHECK(shares == Counts{2, 2});
}
