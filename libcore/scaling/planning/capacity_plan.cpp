#include "libcore/scaling/planning/capacity_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

namespace daybreak::scaling {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Sums of a few products differ by so much in another order: not a reason to call a limit missed or a plan cheaper.
constexpr double kRounding = 1e-12;
constexpr double kSecondsPerHour = 3600;

struct Column {
  std::size_t site;  // its number in the request
  double price, rate;
  double charged = 0;  // the price that bounds use
  std::int64_t capacity;
};

/// A range of total capacity, searched by itself: in a narrow one the utilization is nearly known, and with it what egress costs
/// at least, how large one region may be if its loss is to be survived, and how many nodes the wait objective needs.
struct Slice {
  double least, most;
  double bound = 0;  // of the cost of its plans
  bool done = false;
};

/// Multipliers for the limit on spot nodes beside the best one of a slice, as its multiples.
constexpr double kLean[] = {1, 0.98, 1.02, 0.8, 1.25};
constexpr std::size_t kCharges = std::size(kLean);
using Totals = std::array<double, kCharges>;

/// The prices that one bound charges, by column, and the columns from each depth on by price for capacity.
struct Charge {
  std::vector<double> prices;
  std::vector<std::vector<std::size_t>> order;
  double at_first = 0;  // for the fewest nodes, whatever they are
};

constexpr double kSliceRatio = 1.002;
constexpr double kMostSlices = 2000;
/// So many partial plans of each slice are tried in a first pass, which finds a good plan to prune the second with.
constexpr std::uint64_t kFirstVisits = 5000;

class Search {
 public:
  Search(const PlanRequest& request, const StopToken& stop) : request_(request), stop_(stop) {
    for (std::size_t i = 0; i < request.sites.size(); ++i) {
      const Site& site = request.sites[i];
      if (!(site.round_trip_ms > request.max_round_trip_ms.value_or(kInfinity)))
        all_columns_.push_back({i, site.price, site.rate, site.price, site.capacity});
    }
  }

  PlanSearch run() {
    if (request_.max_cost_per_hour) best_cost_ = *request_.max_cost_per_hour * (1 + 2 * kRounding);
    if (all_columns_.empty() || !bound_capacity()) return found_;
    std::vector<Slice> slices = cut_slices();
    for (const std::uint64_t visits : {kFirstVisits, request_.most_visits})
      for (Slice& slice : slices) {
        if (slice.done || slice.bound >= best_cost_ * (1 - kRounding)) continue;
        enter_slice(slice);
        nodes_.assign(columns_.size(), 0);
        last_visit_ = std::min(found_.visited + visits, request_.most_visits);
        Totals charged;
        for (std::size_t k = 0; k < kCharges; ++k) charged[k] = charges_[k].at_first;
        descend(0, 0, charged, needed_);
        slice.done = found_.visited < last_visit_;
      }
    found_.bound_per_hour = found_.best ? best_cost_ : kInfinity;
    for (const Slice& slice : slices)
      if (!slice.done && slice.bound < best_cost_ * (1 - kRounding)) {
        found_.proved = false;
        found_.bound_per_hour = std::min(found_.bound_per_hour, slice.bound);
      }
    if (found_.bound_per_hour == kInfinity) found_.bound_per_hour = 0;
    return found_;
  }

 private:
  /// Sets the least and the greatest capacity of any plan; false where there is none.
  bool bound_capacity() {
    double all = 0, slowest = kInfinity, fastest = 0;
    for (const Column& column : all_columns_) {
      all += column.rate * static_cast<double>(column.capacity);
      slowest = std::min(slowest, column.rate);
      fastest = std::max(fastest, column.rate);
    }
    most_ = request_.band_low > 0 ? std::min(all, request_.load_per_s / request_.band_low * (1 + kRounding)) : all;
    needed_ = request_.load_per_s / request_.band_high * (1 - kRounding);
    if (request_.survive_region) {
      const auto count = static_cast<double>(all_columns_.size());
      needed_ = count < 2 ? kInfinity : std::max(needed_, left_after_loss() * count / (count - 1));
    }
    if (request_.target.any()) {
      // A pool of the slowest nodes waits least for the same capacity, so with one node more it would reach what a plan does.
      const auto servers = smallest_servers(model(slowest), request_.target);
      if (!servers) return false;
      needed_ = std::max(needed_, static_cast<double>(*servers - (slowest < fastest)) * slowest * (1 - kRounding));
    }
    return needed_ <= most_;
  }

  QueueModel model(double rate) const { return {request_.load_per_s, rate, request_.scv_arrivals, request_.scv_service}; }
  double left_after_loss() const { return request_.load_per_s / request_.loss_utilization * (1 - kRounding); }

  /// The whole range of capacities, the slices that promise most first.
  std::vector<Slice> cut_slices() {
    const double least = needed_, most = most_, ratio = std::max(kSliceRatio, std::pow(most / least, 1 / kMostSlices));
    std::vector<Slice> slices;
    for (double from = least; from < most || slices.empty(); from *= ratio) {
      Slice slice{from, std::min(from * ratio, most)};
      if (from * ratio >= most * (1 - kRounding)) slice.most = most;
      enter_slice(slice);
      slice.bound = counted_charge_ + bound(0, needed_);
      if (slice.bound < kInfinity) slices.push_back(slice);
      if (slice.most == most) break;
    }
    std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) { return a.bound < b.bound; });
    return slices;
  }

  /// Sets the limits, columns and charged prices for plans of a capacity in that slice.
  void enter_slice(const Slice& slice) {
    needed_ = slice.least * (1 - kRounding);
    most_ = slice.most * (1 + kRounding);
    columns_ = all_columns_;
    if (request_.survive_region)
      for (Column& column : columns_)
        column.capacity = std::clamp<std::int64_t>(
            static_cast<std::int64_t>((most_ - left_after_loss()) / column.rate * (1 + kRounding)), 0, column.capacity);
    double fewest = 0;
    if (request_.target.any()) {
      // With the most capacity, the fewest nodes that may share it: more and slower ones wait less.
      const auto count = smallest_sharing(most_);
      fewest = count ? static_cast<double>(*count) : kInfinity;
    }
    charge(fewest);
  }

  std::optional<std::int64_t> smallest_sharing(double capacity) const {
    double slowest = kInfinity;
    for (const Column& column : columns_) slowest = std::min(slowest, column.rate);
    const auto reached = [&](std::int64_t count) { return reaches(model(capacity / static_cast<double>(count)), count, request_.target); };
    std::int64_t low = 0, high = std::clamp<std::int64_t>(static_cast<std::int64_t>(capacity / slowest) + 1, 1, kMostServers);
    if (!reached(high)) return std::nullopt;
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      (reached(middle) ? high : low) = middle;
    }
    return high;
  }

  /// Sets the charged prices by the multipliers that bound best, and the order of the columns by them: one for the limit on spot
  /// nodes, one for the fewest nodes.
  void charge(double fewest) {
    if (fewest == kInfinity) {
      counted_charge_ = kInfinity;
      return;
    }
    std::vector<Column> best;
    double best_bound = -1, best_charge = 0, best_multiplier = 0;
    for (const double multiplier : spot_multipliers()) {
      charge_at(multiplier, 0);
      for (const double count_multiplier : count_multipliers(fewest)) {
        charge_at(multiplier, count_multiplier);
        const double value = fewest * count_multiplier + bound(0, needed_);
        if (value < best_bound) continue;
        best_bound = value;
        best_charge = fewest * count_multiplier;
        best_multiplier = multiplier;
        best = columns_;
      }
    }
    columns_ = best;
    counted_charge_ = best_charge;
    set_charges(best_multiplier, fewest > 0 ? best_charge / fewest : 0, fewest);
  }

  /// Other multipliers bound better where the nodes chosen so far lean to spot or away from it.
  void set_charges(double multiplier, double count_multiplier, double fewest) {
    for (std::size_t k = 0; k < kCharges; ++k) {
      Charge& charge = charges_[k];
      charge.prices.clear();
      const double leaning = std::min(multiplier * kLean[k], most_multiplier());
      for (const Column& column : columns_) charge.prices.push_back(charged_price(column, leaning, 0));
      // No node may be charged below zero: a bound that buys the least would then be none.
      const double per_node = std::min(count_multiplier, *std::min_element(charge.prices.begin(), charge.prices.end()));
      for (double& price : charge.prices) price -= per_node;
      charge.at_first = fewest * per_node;
      charge.order.assign(columns_.size() + 1, {});
      for (std::size_t depth = 0; depth < columns_.size(); ++depth) {
        auto& order = charge.order[depth];
        for (std::size_t i = depth; i < columns_.size(); ++i) order.push_back(i);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
          return charge.prices[a] * columns_[b].rate < charge.prices[b] * columns_[a].rate;
        });
      }
    }
  }

  /// Beyond it a price on demand would be charged below zero.
  double most_multiplier() const {
    double most = kInfinity;
    if (request_.max_spot_share > 0)
      for (const Column& column : columns_) most = std::min(most, column.price / request_.max_spot_share);
    return most;
  }

  /// What the right to a spot node may be charged: the savings, and the charge at which the bound, concave in it, is greatest.
  std::vector<double> spot_multipliers() {
    const double most = most_multiplier();
    std::vector<double> multipliers{0};
    for (const Column& column : columns_) {
      const auto& spot = request_.sites[column.site].spot_price;
      if (spot && *spot < column.price) multipliers.push_back(std::min(column.price - *spot, most));
    }
    double low = 0, high = *std::max_element(multipliers.begin(), multipliers.end());
    const auto bound_at = [&](double multiplier) {
      charge_at(multiplier, 0);
      return bound(0, needed_);
    };
    for (int step = 0; step < 60 && high > 0; ++step) {
      const double third = (high - low) / 3;
      if (bound_at(low + third) < bound_at(high - third)) low += third;
      else high -= third;
    }
    multipliers.push_back((low + high) / 2);
    return multipliers;
  }

  /// The prices of a node alone at which two columns change places, none so high that a node would be charged below zero.
  std::vector<double> count_multipliers(double fewest) const {
    std::vector<double> multipliers{0};
    if (fewest == 0) return multipliers;
    double most = kInfinity;
    for (const Column& column : columns_) most = std::min(most, column.charged);
    for (const Column& a : columns_)
      for (const Column& b : columns_)
        if (a.rate < b.rate) {
          const double even = (a.charged * b.rate - b.charged * a.rate) / (b.rate - a.rate);
          if (even > 0 && even < most) multipliers.push_back(even);
        }
    multipliers.push_back(most);
    return multipliers;
  }

  double charged_price(const Column& column, double multiplier, double count_multiplier) const {
    const double share = request_.max_spot_share;
    const Site& site = request_.sites[column.site];
    double price = site.price - multiplier * share;
    if (site.spot_price) price = std::min(price, *site.spot_price + multiplier * (1 - share));
    return price + kSecondsPerHour * site.egress_usd_per_unit * request_.load_per_s * site.rate / most_ - count_multiplier;
  }

  void charge_at(double multiplier, double count_multiplier) {
    for (Column& column : columns_) column.charged = std::max(charged_price(column, multiplier, count_multiplier), 0.0);
    std::stable_sort(columns_.begin(), columns_.end(),
                     [](const Column& a, const Column& b) { return a.charged * b.rate < b.charged * a.rate; });
  }

  /// The least that `need` more capacity costs from the columns behind `depth`.
  double bound(std::size_t depth, double need) const {
    double cost = 0;
    for (; depth < columns_.size() && need > 0; ++depth) {
      const Column& column = columns_[depth];
      const double count = std::min(need / column.rate, static_cast<double>(column.capacity));
      cost += count * column.charged;
      need -= count * column.rate;
    }
    // What is left of a subtraction is not a need.
    return need > kRounding * needed_ ? kInfinity : cost;
  }

  /// The same under one of charges_.
  double bound(const Charge& charge, std::size_t depth, double need) const {
    double cost = 0;
    for (const std::size_t i : charge.order[depth]) {
      if (!(need > 0)) break;
      const double count = std::min(need / columns_[i].rate, static_cast<double>(columns_[i].capacity));
      cost += count * charge.prices[i];
      need -= count * columns_[i].rate;
    }
    return need > kRounding * needed_ ? kInfinity : cost;
  }

  void descend(std::size_t depth, double capacity, const Totals& charged, double needed) {
    if (depth == columns_.size()) return judge();
    const Column& column = columns_[depth];
    const auto room = static_cast<std::int64_t>((most_ - capacity) / column.rate * (1 + kRounding));
    const std::int64_t last = std::clamp<std::int64_t>(room, 0, column.capacity);
    const double missing = std::ceil((needed - capacity) / column.rate);
    const std::int64_t first = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::max(missing, 0.0)), 0, last);
    // The greatest of the bounds is convex too, but its least value may lie anywhere below the first count.
    double before = kInfinity;
    for (std::int64_t count = first; count >= 0; --count)
      if (!enter(depth, count, capacity, charged, needed, before, true)) break;
    before = kInfinity;
    for (std::int64_t count = first + 1; count <= last; ++count)
      if (!enter(depth, count, capacity, charged, needed, before, false)) break;
    nodes_[depth] = 0;
  }

  /// Tries `count` nodes in the column; false where further counts in this direction cannot do better.
  bool enter(std::size_t depth, std::int64_t count, double capacity, const Totals& charged, double needed, double& before, bool downward) {
    if (found_.visited >= last_visit_) return false;
    ++found_.visited;
    if (found_.visited % 4096 == 0) stop_.check();
    const double here = columns_[depth].rate * static_cast<double>(count);
    if (request_.survive_region) needed = std::max(needed, left_after_loss() + here);
    Totals totals;
    double value = 0;
    for (std::size_t k = 0; k < kCharges; ++k) {
      totals[k] = charged[k] + charges_[k].prices[depth] * static_cast<double>(count);
      value = std::max(value, totals[k] + bound(charges_[k], depth + 1, needed - capacity - here));
    }
    // Further down nothing fills a need that is not filled here; further up something may.
    const bool rising = value == kInfinity ? downward : value >= before;
    before = value;
    if (value >= best_cost_ * (1 - kRounding)) return !rising;
    nodes_[depth] = count;
    descend(depth + 1, capacity + here, totals, needed);
    return true;
  }

  /// A whole plan: keeps it where it meets every limit and is cheaper.
  void judge() {
    CapacityPlan plan = plan_of_nodes();
    if (plan.cost_per_hour() >= best_cost_ * (1 - kRounding) || !meets_limits(plan)) return;
    best_cost_ = plan.cost_per_hour();
    found_.best = std::move(plan);
  }

  CapacityPlan plan_of_nodes() const {
    CapacityPlan plan;
    plan.nodes.assign(request_.sites.size(), 0);
    plan.spot.assign(request_.sites.size(), 0);
    double egress = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const double capacity = columns_[i].rate * static_cast<double>(nodes_[i]);
      plan.nodes[columns_[i].site] = nodes_[i];
      plan.total += nodes_[i];
      plan.capacity_per_s += capacity;
      plan.node_cost_per_hour += columns_[i].price * static_cast<double>(nodes_[i]);
      egress += request_.sites[columns_[i].site].egress_usd_per_unit * capacity;
    }
    plan.utilization = request_.load_per_s / plan.capacity_per_s;
    plan.egress_cost_per_hour = kSecondsPerHour * egress * plan.utilization;
    place_spot(plan);
    return plan;
  }

  /// Spot nodes where they save most, as many as the share allows.
  void place_spot(CapacityPlan& plan) const {
    auto left = static_cast<std::int64_t>(request_.max_spot_share * static_cast<double>(plan.total) * (1 + kRounding));
    const auto saving = [&](std::size_t i) {
      const Site& site = request_.sites[i];
      return site.spot_price ? site.price - *site.spot_price : 0;
    };
    std::vector<std::size_t> order(request_.sites.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return saving(a) > saving(b); });
    for (const std::size_t i : order) {
      if (saving(i) <= 0) break;
      plan.spot[i] = std::min(plan.nodes[i], left);
      left -= plan.spot[i];
      plan.total_spot += plan.spot[i];
      plan.node_cost_per_hour -= saving(i) * static_cast<double>(plan.spot[i]);
    }
  }

  bool meets_limits(const CapacityPlan& plan) const {
    if (plan.total == 0 || plan.capacity_per_s < request_.load_per_s / request_.band_high * (1 - kRounding)) return false;
    if (plan.capacity_per_s > most_ * (1 + kRounding)) return false;
    if (request_.survive_region)
      for (std::size_t i = 0; i < plan.nodes.size(); ++i)
        if (plan.capacity_per_s - request_.sites[i].rate * static_cast<double>(plan.nodes[i]) < left_after_loss()) return false;
    return !request_.target.any() || reaches(model(plan.capacity_per_s / static_cast<double>(plan.total)), plan.total, request_.target);
  }

  const PlanRequest& request_;
  const StopToken& stop_;
  std::vector<Column> all_columns_, columns_;  // of the request, of the slice
  std::vector<std::int64_t> nodes_;
  double needed_ = 0, most_ = 0;  // capacity
  std::array<Charge, kCharges> charges_;
  double counted_charge_ = 0;     // what the multiplier of the fewest nodes charges for them
  std::uint64_t last_visit_ = 0;
  double best_cost_ = kInfinity;
  PlanSearch found_;
};

}  // namespace

PlanSearch cheapest_plan(const PlanRequest& request, const StopToken& stop) {
  return Search(request, stop).run();
}

const char* plan_limit_name(PlanLimit limit) {
  switch (limit) {
    case PlanLimit::band_low: return "band_low";
    case PlanLimit::band_high: return "band_high";
    case PlanLimit::objective: return "objective";
    case PlanLimit::region_loss: return "region_loss";
    case PlanLimit::spot_share: return "spot_share";
    case PlanLimit::round_trip: return "round_trip";
    case PlanLimit::capacity: return "capacity";
    case PlanLimit::budget: return "budget";
  }
  return "";
}

bool has_limit(const PlanRequest& request, PlanLimit limit) {
  switch (limit) {
    case PlanLimit::band_low: return request.band_low > 0;
    case PlanLimit::objective: return request.target.any();
    case PlanLimit::region_loss: return request.survive_region;
    case PlanLimit::spot_share:
      return std::any_of(request.sites.begin(), request.sites.end(), [](const Site& site) { return site.spot_price.has_value(); });
    case PlanLimit::round_trip: return request.max_round_trip_ms.has_value();
    case PlanLimit::budget: return request.max_cost_per_hour.has_value();
    default: return true;
  }
}

PlanRequest without_limit(PlanRequest request, PlanLimit limit) {
  switch (limit) {
    case PlanLimit::band_low: request.band_low = 0; break;
    case PlanLimit::band_high: request.band_high = 1; break;
    case PlanLimit::objective: request.target = {}; break;
    case PlanLimit::region_loss: request.survive_region = false; break;
    case PlanLimit::spot_share: request.max_spot_share = 1; break;
    case PlanLimit::round_trip: request.max_round_trip_ms.reset(); break;
    case PlanLimit::budget: request.max_cost_per_hour.reset(); break;
    case PlanLimit::capacity:
      for (Site& site : request.sites) site.capacity = kMostServers;
      break;
  }
  return request;
}

}  // namespace daybreak::scaling
