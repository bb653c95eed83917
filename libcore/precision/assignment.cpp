#include "libcore/precision/assignment.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/precision/assignment_item.h"

namespace daybreak::precision {
namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 45;  // of a cost, and items * 2^45 must fit 63 bits
constexpr std::size_t kMostItems = std::size_t{1} << 17;

[[noreturn]] void refuse(const char* what) {
  throw Error(ExitStatus::bug, what);
}

void check(const AssignmentProblem& problem) {
  if (problem.items.size() >= kMostItems) refuse("an assignment of 131072 items or more");
  if (!(problem.budget >= 0) || !std::isfinite(problem.budget)) refuse("an assignment whose budget is no finite number of at least 0");
  for (const auto& item : problem.items) {
    if (item.empty()) refuse("an assignment with an item that has no choice");
    for (const Choice& choice : item)
      if (!(choice.damage >= 0) || !std::isfinite(choice.damage) || choice.cost < 0 || choice.cost > kLargest)
        refuse("an assignment with a choice whose cost or damage is out of range");
  }
}

/// A step along a hull: so much damage less for so much cost more.
struct Edge {
  std::size_t item, to;
  std::int64_t cost, weight;
};

struct State {
  std::int64_t cost, weight;  // relative to the base solution
  std::size_t node;           // its deviations, last first
};
struct Node {
  std::size_t parent, item, option;
};

class Search {
 public:
  Search(const AssignmentProblem& problem, std::size_t state_limit) : problem_(problem), limit_(state_limit) {}
  Assignment run();

 private:
  bool build();
  void relax();
  void fill_greedily();
  void reduce();
  void expand();
  void advance(std::size_t item);
  void keep_best(std::vector<State>& states);
  void record(const State& state);
  Assignment report() const;
  std::int64_t total_weight(const std::vector<std::size_t>& picks) const;
  /// The most reduced cost that a solution better than the best known can have.
  Wide distance() const { return Wide{q_} * (best_cost_ - 1) - bound_; }
  Wide reduced(std::int64_t cost, std::int64_t weight) const { return Wide{q_} * cost + Wide{p_} * weight; }

  const AssignmentProblem& problem_;
  std::size_t limit_;
  std::vector<Item> items_;
  std::int64_t capacity_ = 0;
  std::int64_t p_ = 0, q_ = 1;        // the multiplier p / q: cost a unit of damage
  Wide bound_ = 0;                    // q * the Lagrangian bound
  std::vector<std::size_t> base_, best_;  // picks: the multiplier's own, the best feasible ones
  std::int64_t base_cost_ = 0, base_weight_ = 0, best_cost_ = 0;
  std::vector<State> states_;
  std::vector<Node> nodes_;
  std::vector<std::int64_t> least_rest_;  // by stage: how much the items to come can lower the damage, at most 0
  std::size_t stage_ = 0;
  std::uint64_t visited_ = 0;
  bool dropped_ = false;
  Wide least_dropped_ = 0;
};

bool Search::build() {
  capacity_ = problem_.budget > 0 ? kBudgetUnits : 0;
  std::int64_t least = 0;
  for (const auto& choices : problem_.items) {
    items_.push_back(usable_options(choices, problem_.budget));
    if (items_.back().empty()) return false;
    least += items_.back().back().weight;
  }
  return least <= capacity_;
}

std::int64_t Search::total_weight(const std::vector<std::size_t>& picks) const {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) total += items_[i][picks[i]].weight;
  return total;
}

/// From everything cheapest, along the steepest hull edges until the budget holds: the break edge's slope is the
/// multiplier, and the picks after it are feasible.
void Search::relax() {
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const auto hull = hull_of(items_[i]);
    for (std::size_t k = 1; k < hull.size(); ++k) {
      const ItemOption &from = items_[i][hull[k - 1]], &to = items_[i][hull[k]];
      edges.push_back({i, hull[k], to.cost - from.cost, from.weight - to.weight});
    }
  }
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& x, const Edge& y) {
    return Wide{x.weight} * y.cost > Wide{y.weight} * x.cost;
  });
  best_.assign(items_.size(), 0);
  std::int64_t weight = total_weight(best_);
  for (auto edge = edges.begin(); weight > capacity_; ++edge) {
    best_[edge->item] = edge->to;
    weight -= edge->weight;
    p_ = edge->cost;
    q_ = edge->weight;
  }
}

/// Spends the slack that is left: the largest saving that fits, again and again.
void Search::fill_greedily() {
  std::int64_t slack = capacity_ - total_weight(best_);
  for (;;) {
    std::int64_t saving = 0;
    std::size_t item = 0, pick = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const ItemOption& now = items_[i][best_[i]];
      for (std::size_t j = 0; j < best_[i]; ++j)
        if (items_[i][j].weight - now.weight <= slack && now.cost - items_[i][j].cost > saving) {
          saving = now.cost - items_[i][j].cost;
          item = i;
          pick = j;
          break;  // ascending cost: the first that fits saves most
        }
    }
    if (saving == 0) break;
    slack -= items_[item][pick].weight - items_[item][best_[item]].weight;
    best_[item] = pick;
  }
  best_cost_ = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) best_cost_ += items_[i][best_[i]].cost;
}

/// The base solution of the multiplier, its bound, and every option's reduced cost.
void Search::reduce() {
  base_.assign(items_.size(), 0);
  for (std::size_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    for (std::size_t j = 1; j < item.size(); ++j)
      if (reduced(item[j].cost, item[j].weight) < reduced(item[base_[i]].cost, item[base_[i]].weight)) base_[i] = j;
    const ItemOption& base = item[base_[i]];
    bound_ += reduced(base.cost, base.weight);
    base_cost_ += base.cost;
    base_weight_ += base.weight;
    for (ItemOption& option : item) option.reduced = reduced(option.cost - base.cost, option.weight - base.weight);
  }
  bound_ -= Wide{p_} * capacity_;
}

/// A state with the rest of the items at their base picks is a solution; takes it where it is better.
void Search::record(const State& state) {
  if (base_weight_ + state.weight > capacity_ || base_cost_ + state.cost >= best_cost_) return;
  best_cost_ = base_cost_ + state.cost;
  best_ = base_;
  for (std::size_t node = state.node; node != 0; node = nodes_[node].parent) best_[nodes_[node].item] = nodes_[node].option;
}

void Search::keep_best(std::vector<State>& states) {
  std::sort(states.begin(), states.end(), [&](const State& x, const State& y) {
    const Wide a = reduced(x.cost, x.weight), b = reduced(y.cost, y.weight);
    return a != b ? a < b : x.cost < y.cost;
  });
  const State& first = states[limit_];
  const Wide lost = reduced(first.cost, first.weight);
  least_dropped_ = dropped_ ? std::min(least_dropped_, lost) : lost;
  dropped_ = true;
  states.resize(limit_);
}

/// All states with every option of one more item, without those that cannot lead to anything better.
void Search::advance(std::size_t index) {
  const Item& item = items_[index];
  const ItemOption& base = item[base_[index]];
  const std::int64_t rest = least_rest_[stage_ + 1];
  std::vector<State> next;
  for (std::size_t j = 0; j < item.size(); ++j) {
    const std::int64_t cost = item[j].cost - base.cost, weight = item[j].weight - base.weight;
    if (item[j].reduced > distance()) continue;
    for (const State& state : states_) {
      const State moved{state.cost + cost, state.weight + weight, j == base_[index] ? state.node : nodes_.size()};
      if (base_weight_ + moved.weight + rest > capacity_ || reduced(moved.cost, moved.weight) > distance()) continue;
      if (moved.node == nodes_.size()) nodes_.push_back({state.node, index, j});
      next.push_back(moved);
      record(moved);
    }
  }
  std::stable_sort(next.begin(), next.end(), [](const State& x, const State& y) {
    return x.cost != y.cost ? x.cost < y.cost : x.weight < y.weight;
  });
  states_.clear();
  for (const State& state : next)
    if (states_.empty() || state.weight < states_.back().weight) states_.push_back(state);
  if (states_.size() > limit_) keep_best(states_);
  visited_ += states_.size();
}

void Search::expand() {
  // Items whose second-best option is nearly as good come first: they are the core.
  std::vector<std::pair<Wide, std::size_t>> order;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    Wide second = -1;
    for (std::size_t j = 0; j < items_[i].size(); ++j)
      if (j != base_[i] && (second < 0 || items_[i][j].reduced < second)) second = items_[i][j].reduced;
    if (second >= 0 && second <= distance()) order.emplace_back(second, i);
  }
  std::sort(order.begin(), order.end());
  least_rest_.assign(order.size() + 1, 0);
  for (std::size_t k = order.size(); k-- > 0;) {
    const Item& item = items_[order[k].second];
    least_rest_[k] = least_rest_[k + 1] + item.back().weight - item[base_[order[k].second]].weight;
  }
  nodes_.push_back({0, 0, 0});
  states_.push_back({0, 0, 0});
  record(states_[0]);
  for (stage_ = 0; stage_ < order.size() && order[stage_].first <= distance() && !states_.empty(); ++stage_)
    advance(order[stage_].second);
}

Assignment Search::report() const {
  Assignment result;
  const double scale = static_cast<double>(q_);
  result.root_bound = static_cast<double>(bound_) / scale;
  result.cost = best_cost_;
  result.states = visited_;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    result.chosen.push_back(items_[i][best_[i]].index);
    result.damage += problem_.items[i][result.chosen.back()].damage;
  }
  const bool proved = !dropped_ || least_dropped_ > distance();
  result.status = proved ? AssignmentStatus::optimal : AssignmentStatus::feasible;
  result.dual_bound = proved ? static_cast<double>(best_cost_) : std::ceil(static_cast<double>(bound_ + least_dropped_) / scale - 1e-6);
  return result;
}

Assignment least_damage(const AssignmentProblem& problem) {
  Assignment result;
  for (const auto& item : problem.items) {
    const auto least = std::min_element(item.begin(), item.end(), [](const Choice& x, const Choice& y) {
      return x.damage != y.damage ? x.damage < y.damage : x.cost < y.cost;
    });
    result.chosen.push_back(static_cast<std::size_t>(least - item.begin()));
    result.cost += least->cost;
    result.damage += least->damage;
  }
  return result;
}

Assignment Search::run() {
  check(problem_);
  if (!build()) return least_damage(problem_);
  relax();
  fill_greedily();
  reduce();
  expand();
  return report();
}

}  // namespace

std::string_view assignment_status_name(AssignmentStatus status) {
  constexpr std::string_view kNames[] = {"optimal", "feasible", "infeasible"};
  return kNames[static_cast<std::size_t>(status)];
}

Assignment solve_assignment(const AssignmentProblem& problem, std::size_t state_limit) {
  return Search(problem, state_limit).run();
}

}  // namespace daybreak::precision
