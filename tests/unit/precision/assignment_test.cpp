#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "libcore/precision/assignment.h"
#include "tests/support/catch.hpp"

using namespace daybreak::precision;

namespace {

/// Least cost by trying everything; -1 where nothing fits.
std::int64_t brute_force(const AssignmentProblem& problem) {
  std::vector<std::size_t> picks(problem.items.size(), 0);
  std::int64_t best = -1;
  for (;;) {
    std::int64_t cost = 0;
    double damage = 0;
    for (std::size_t i = 0; i < picks.size(); ++i) {
      cost += problem.items[i][picks[i]].cost;
      damage += problem.items[i][picks[i]].damage;
    }
    if (damage <= problem.budget && (best < 0 || cost < best)) best = cost;
    std::size_t i = 0;
    while (i < picks.size() && ++picks[i] == problem.items[i].size()) picks[i++] = 0;
    if (i == picks.size()) return best;
  }
}

/// Damages are whole multiples of 2^-20 and the budget is a power of two, so that sums are exact in doubles.
AssignmentProblem random_problem(std::mt19937_64& random) {
  AssignmentProblem problem;
  problem.items.resize(1 + random() % 8);
  const std::int64_t costs = random() % 3 == 0 ? 4 : 1000;  // few different costs: many ties
  for (auto& item : problem.items) {
    item.resize(1 + random() % 4);
    for (Choice& choice : item) {
      choice.cost = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(costs));
      choice.damage = std::ldexp(static_cast<double>(random() % (random() % 2 ? 16 : 4096)), -12);
    }
  }
  problem.budget = random() % 20 == 0 ? 0 : std::ldexp(1, static_cast<int>(random() % 7) - 4);
  return problem;
}

}  // namespace

TEST_CASE("the solver equals brute force, and its bounds hold") {
  const int rounds = std::getenv("DAYBREAK_SLOW") != nullptr ? 10000 : 1000;
  std::mt19937_64 random(20250511);
  int infeasible = 0, nontrivial = 0;
  for (int round = 0; round < rounds; ++round) {
    const AssignmentProblem problem = random_problem(random);
    const std::int64_t best = brute_force(problem);
    const Assignment found = solve_assignment(problem);
    INFO("round " << round);
    if (best < 0) {
      ++infeasible;
      REQUIRE(found.status == AssignmentStatus::infeasible);
      REQUIRE(found.damage > problem.budget);
      continue;
    }
    REQUIRE(found.status == AssignmentStatus::optimal);
    REQUIRE(found.cost == best);
    REQUIRE(found.damage <= problem.budget);
    REQUIRE(found.dual_bound == static_cast<double>(best));
    REQUIRE(found.gap() == 0);
    REQUIRE(found.root_bound <= static_cast<double>(best) + 1e-9 * static_cast<double>(best));
    nontrivial += found.root_bound < static_cast<double>(best) - 0.5;
    std::int64_t cost = 0;
    for (std::size_t i = 0; i < problem.items.size(); ++i) cost += problem.items[i][found.chosen[i]].cost;
    REQUIRE(cost == best);
  }
  CHECK(infeasible > rounds / 50);   // the instances test both answers,
  CHECK(nontrivial > rounds / 20);   // and the bound alone would not do
}

TEST_CASE("with room for one state only, the answer is feasible and its bound still holds") {
  std::mt19937_64 random(3);
  int feasible = 0;
  for (int round = 0; round < 500; ++round) {
    const AssignmentProblem problem = random_problem(random);
    const std::int64_t best = brute_force(problem);
    const Assignment found = solve_assignment(problem, 1);
    INFO("round " << round);
    if (best < 0) continue;
    REQUIRE(found.cost >= best);
    REQUIRE(found.damage <= problem.budget);
    REQUIRE(found.dual_bound <= static_cast<double>(best));
    if (found.status == AssignmentStatus::optimal) REQUIRE(found.cost == best);
    else ++feasible;
  }
  CHECK(feasible > 0);
}

TEST_CASE("a thousand items of eight choices are solved to proof") {
  std::mt19937_64 random(11);
  std::lognormal_distribution<double> scale(-14, 2.5);
  AssignmentProblem problem;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t parameters = 64 * static_cast<std::int64_t>(100 + random() % 300000);
    const double sensitivity = scale(random);
    auto& item = problem.items.emplace_back();
    for (int format = 0; format < 8; ++format)  // bits 32, 16, 16, 9, ...: each bit less multiplies the damage by four
      item.push_back({parameters * (32 - 4 * format) / 8, format == 0 ? 0 : sensitivity * std::pow(4.0, format) * (0.7 + 0.1 * static_cast<double>(random() % 7))});
  }
  for (const double budget : {1e-3, 1e-1, 1.0, 10.0}) {
    problem.budget = budget;
    const auto begin = std::chrono::steady_clock::now();
    const Assignment found = solve_assignment(problem);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    INFO("budget " << budget << ": " << seconds << " s, " << found.states << " states, root gap " << static_cast<double>(found.cost) - found.root_bound);
    CHECK(found.status == AssignmentStatus::optimal);
    CHECK(found.damage <= budget);
    CHECK(seconds < 1);  // 3 ms where nothing watches
  }
}

TEST_CASE("what cannot be asked is our mistake") {
  CHECK_THROWS(solve_assignment({{{}}, 1}));
  CHECK_THROWS(solve_assignment({{{{1, -1.0}}}, 1}));
  CHECK_THROWS(solve_assignment({{{{-1, 1.0}}}, 1}));
  CHECK_THROWS(solve_assignment({{{{1, 1.0}}}, std::numeric_limits<double>::quiet_NaN()}));
  const Assignment nothing = solve_assignment({{}, 0});
  CHECK(nothing.status == AssignmentStatus::optimal);
  CHECK(nothing.cost == 0);
}
