#pragma once
// The multiple-choice knapsack behind every budget: one option for each item, least cost, total damage within a budget.
#include <cstdint>
#include <string_view>
#include <vector>

namespace daybreak::precision {

/// One way to treat an item: a whole number of cost units (bytes, nanoseconds) and the damage that it does.
struct Choice {
  std::int64_t cost = 0;
  double damage = 0;  // at least 0
};

struct AssignmentProblem {
  std::vector<std::vector<Choice>> items;  // each at least one choice
  double budget = 0;                       // total damage allowed
};

enum class AssignmentStatus { optimal, feasible, infeasible };
std::string_view assignment_status_name(AssignmentStatus status);

struct Assignment {
  AssignmentStatus status = AssignmentStatus::infeasible;
  std::vector<std::size_t> chosen;  // one index an item; infeasible: the choice of least damage, the nearest there is
  std::int64_t cost = 0;
  double damage = 0;
  double root_bound = 0;  // the Lagrangian bound before the search: no solution costs less
  double dual_bound = 0;  // the same after the search; = cost where optimal
  std::uint64_t states = 0;  // partial solutions that the search kept
  double gap() const { return cost <= 0 ? 0 : (static_cast<double>(cost) - dual_bound) / static_cast<double>(cost); }
};

/// Solves it: dominated choices leave; the Lagrangian multiplier of the continuous relaxation gives a dual bound and,
/// filled up greedily, a solution; choices whose reduced cost exceeds their distance leave; the core that is left is
/// solved by dynamic programming over (cost, damage) states without dominated ones (Dyer 1984; Pisinger, "A minimal
/// algorithm for the multiple-choice knapsack problem", EJOR 83, 1995). Damage is counted in whole units of budget /
/// 2^45, so that the result is exact and the same everywhere. Where more than `state_limit` states would be kept at
/// once, the cheapest by their bound stay and the status may be `feasible`, with a bound that still holds.
/// Error (bug) for an empty item, a negative or not finite damage, a negative cost.
Assignment solve_assignment(const AssignmentProblem& problem, std::size_t state_limit = 400000);

}  // namespace daybreak::precision
