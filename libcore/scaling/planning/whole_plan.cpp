#include "libcore/scaling/planning/whole_plan.h"

#include <algorithm>
#include <numeric>

namespace daybreak::scaling {
namespace {

/// Spot nodes where they save most, as many as the share allows.
void place_spot(const PlanRequest& request, CapacityPlan& plan) {
  auto left = static_cast<std::int64_t>(request.max_spot_share * static_cast<double>(plan.total) * (1 + kRounding));
  const auto saving = [&](std::size_t i) {
    const Site& site = request.sites[i];
    return site.spot_price ? site.price - *site.spot_price : 0;
  };
  std::vector<std::size_t> order(request.sites.size());
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

}  // namespace

CapacityPlan plan_of(const PlanRequest& request, std::span<const Column> columns, std::span<const std::int64_t> nodes) {
  CapacityPlan plan;
  plan.nodes.assign(request.sites.size(), 0);
  plan.spot.assign(request.sites.size(), 0);
  double egress = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double capacity = columns[i].rate * static_cast<double>(nodes[i]);
    plan.nodes[columns[i].site] = nodes[i];
    plan.total += nodes[i];
    plan.capacity_per_s += capacity;
    plan.node_cost_per_hour += columns[i].price * static_cast<double>(nodes[i]);
    egress += request.sites[columns[i].site].egress_usd_per_unit * capacity;
  }
  plan.utilization = request.load_per_s / plan.capacity_per_s;
  plan.egress_cost_per_hour = kSecondsPerHour * egress * plan.utilization;
  place_spot(request, plan);
  return plan;
}

bool meets_limits(const PlanRequest& request, const CapacityPlan& plan, double most) {
  if (plan.total == 0 || plan.capacity_per_s < request.load_per_s / request.band_high * (1 - kRounding)) return false;
  if (plan.capacity_per_s > most * (1 + kRounding)) return false;
  if (request.survive_region)
    for (std::size_t i = 0; i < plan.nodes.size(); ++i)
      if (plan.capacity_per_s - request.sites[i].rate * static_cast<double>(plan.nodes[i]) < left_after_loss(request)) return false;
  return !request.target.any() ||
         reaches(queue_of(request, plan.capacity_per_s / static_cast<double>(plan.total)), plan.total, request.target);
}

}  // namespace daybreak::scaling
