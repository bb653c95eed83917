#include "libcore/scaling/planning/capacity_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libcore/scaling/planning/capacity_columns.h"
#include "libcore/scaling/planning/capacity_range.h"
#include "libcore/scaling/planning/slice_prices.h"
#include "libcore/scaling/planning/whole_plan.h"

namespace daybreak::scaling {
namespace {

/// A range of total capacity, searched by itself: in a narrow one the utilization is nearly known, and with it what egress costs
/// at least, how large one region may be if its loss is to be survived, and how many nodes the wait objective needs.
struct Slice {
  double least, most;
  double bound = 0;  // of the cost of its plans
  bool done = false;
};

using Totals = std::array<double, kCharges>;  // charged so far, by charge

constexpr double kSliceRatio = 1.002;
constexpr double kMostSlices = 2000;
/// So many partial plans of each slice are tried in a first pass, which finds a good plan to prune the second with.
constexpr std::uint64_t kFirstVisits = 5000;

class Search {
 public:
  Search(const PlanRequest& request, const StopToken& stop) : request_(request), stop_(stop), prices_(request) {
    for (std::size_t i = 0; i < request.sites.size(); ++i) {
      const Site& site = request.sites[i];
      if (!(site.round_trip_ms > request.max_round_trip_ms.value_or(kInfinity)))
        all_columns_.push_back({i, site.price, site.rate, site.price, site.capacity});
    }
  }

  PlanSearch run() {
    if (request_.max_cost_per_hour) best_cost_ = *request_.max_cost_per_hour * (1 + 2 * kRounding);
    const auto range = all_columns_.empty() ? std::nullopt : capacity_range(request_, all_columns_);
    if (!range) return found_;
    std::vector<Slice> slices = cut_slices(*range);
    for (const std::uint64_t visits : {kFirstVisits, request_.most_visits})
      for (Slice& slice : slices) {
        if (slice.done || slice.bound >= best_cost_ * (1 - kRounding)) continue;
        last_visit_ = std::min(found_.visited + visits, request_.most_visits);
        search(slice);
        slice.done = found_.visited < last_visit_;
      }
    conclude(slices);
    return found_;
  }

 private:
  void search(const Slice& slice) {
    enter_slice(slice);
    nodes_.assign(prices_.columns().size(), 0);
    Totals charged;
    for (std::size_t k = 0; k < kCharges; ++k) charged[k] = prices_.charges()[k].at_first;
    descend(0, 0, charged, needed_);
  }

  /// What is proved, now that no more is tried.
  void conclude(const std::vector<Slice>& slices) {
    found_.bound_per_hour = found_.best ? best_cost_ : kInfinity;
    for (const Slice& slice : slices)
      if (!slice.done && slice.bound < best_cost_ * (1 - kRounding)) {
        found_.proved = false;
        found_.bound_per_hour = std::min(found_.bound_per_hour, slice.bound);
      }
    if (found_.bound_per_hour == kInfinity) found_.bound_per_hour = 0;
  }

  /// The whole range of capacities, the slices that promise most first.
  std::vector<Slice> cut_slices(const CapacityRange& range) {
    const double least = range.least, most = range.most, ratio = std::max(kSliceRatio, std::pow(most / least, 1 / kMostSlices));
    std::vector<Slice> slices;
    for (double from = least; from < most || slices.empty(); from *= ratio) {
      Slice slice{from, std::min(from * ratio, most)};
      if (from * ratio >= most * (1 - kRounding)) slice.most = most;
      enter_slice(slice);
      slice.bound = prices_.bound();
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
    std::vector<Column> columns = all_columns_;
    if (request_.survive_region)
      for (Column& column : columns)
        column.capacity = std::clamp<std::int64_t>(
            static_cast<std::int64_t>((most_ - left_after_loss(request_)) / column.rate * (1 + kRounding)), 0, column.capacity);
    double fewest = 0;
    if (request_.target.any()) {
      // With the most capacity, the fewest nodes that may share it: more and slower ones wait less.
      const auto count = fewest_sharing(request_, columns, most_);
      fewest = count ? static_cast<double>(*count) : kInfinity;
    }
    prices_.enter(std::move(columns), needed_, most_, fewest);
  }

  void descend(std::size_t depth, double capacity, const Totals& charged, double needed) {
    if (depth == prices_.columns().size()) return judge();
    const Column& column = prices_.columns()[depth];
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
    const double here = prices_.columns()[depth].rate * static_cast<double>(count);
    if (request_.survive_region) needed = std::max(needed, left_after_loss(request_) + here);
    Totals totals;
    double value = 0;
    for (std::size_t k = 0; k < kCharges; ++k) {
      totals[k] = charged[k] + prices_.charges()[k].prices[depth] * static_cast<double>(count);
      value = std::max(value, totals[k] + prices_.bound(prices_.charges()[k], depth + 1, needed - capacity - here));
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
    CapacityPlan plan = plan_of(request_, prices_.columns(), nodes_);
    if (plan.cost_per_hour() >= best_cost_ * (1 - kRounding) || !meets_limits(request_, plan, most_)) return;
    best_cost_ = plan.cost_per_hour();
    found_.best = std::move(plan);
  }

  const PlanRequest& request_;
  const StopToken& stop_;
  std::vector<Column> all_columns_;
  SlicePrices prices_;            // of the slice
  std::vector<std::int64_t> nodes_;
  double needed_ = 0, most_ = 0;  // capacity
  std::uint64_t last_visit_ = 0;
  double best_cost_ = kInfinity;
  PlanSearch found_;
};

}  // namespace

PlanSearch cheapest_plan(const PlanRequest& request, const StopToken& stop) {
  return Search(request, stop).run();
}

}  // namespace daybreak::scaling
