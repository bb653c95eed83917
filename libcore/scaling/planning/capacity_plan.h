#pragma once
// The cheapest nodes per region that carry a load under every limit given, by exact search.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/scaling/queueing/queue.h"

namespace daybreak::scaling {

/// A region as the search sees it.
struct Site {
  std::string name;
  double price = 0;                  // per node and hour
  std::optional<double> spot_price;  // nothing: no spot nodes
  std::int64_t capacity = 1;         // nodes at most
  double rate = 1;                   // units a second that a node serves on average
  double egress_usd_per_unit = 0;
  double round_trip_ms = 0;
};

/// The regions are one pool: its load is shared in proportion to capacity, so every node has the same utilization.
struct PlanRequest {
  double load_per_s = 0;
  double band_low = 0, band_high = 1;  // of utilization
  QueueTarget target;                  // of the whole pool, its nodes taken as so many of their mean rate
  double scv_arrivals = 1, scv_service = 1;
  bool survive_region = false;         // without any one region, utilization is at most loss_utilization
  double loss_utilization = 1;
  double max_spot_share = 0;           // of nodes
  std::optional<double> max_round_trip_ms, max_cost_per_hour;
  std::vector<Site> sites;             // at most kMostSites
  std::uint64_t most_visits = 20'000'000;  // of partial plans, after which the search is cut
};

inline constexpr std::size_t kMostSites = 8;

struct CapacityPlan {
  std::vector<std::int64_t> nodes, spot;  // per site; spot nodes are among nodes
  std::int64_t total = 0, total_spot = 0;
  double capacity_per_s = 0, utilization = 0;
  double node_cost_per_hour = 0, egress_cost_per_hour = 0;
  double cost_per_hour() const { return node_cost_per_hour + egress_cost_per_hour; }
};

struct PlanSearch {
  std::optional<CapacityPlan> best;
  double bound_per_hour = 0;  // no plan costs less
  std::uint64_t visited = 0;  // partial plans
  bool proved = true;         // false: the search was cut after most_visits, best may not be the cheapest
};

/// Branch and bound over narrow ranges of total capacity, in each depth-first over nodes per region, cheapest capacity first. A
/// bound is the linear program of the rest: missing capacity bought by the fraction, at prices in which the limit on spot nodes
/// and the fewest nodes of the wait objective are charged by Lagrange multipliers, and egress at the lowest utilization of the
/// range. It is convex in the nodes of each region, so a region's loop ends where the bound rises past the best plan.
PlanSearch cheapest_plan(const PlanRequest& request, const StopToken& stop);

/// The limits that a request may have.
enum class PlanLimit { band_low, band_high, objective, region_loss, spot_share, round_trip, capacity, budget };
inline constexpr PlanLimit kPlanLimits[] = {PlanLimit::band_low,   PlanLimit::band_high,  PlanLimit::objective, PlanLimit::region_loss,
                                            PlanLimit::spot_share, PlanLimit::round_trip, PlanLimit::capacity,  PlanLimit::budget};
/// "band_low" and so on, as the record spells them.
const char* plan_limit_name(PlanLimit limit);
/// True where the request has that limit.
bool has_limit(const PlanRequest& request, PlanLimit limit);
/// The request without it: for the question whether it binds.
PlanRequest without_limit(PlanRequest request, PlanLimit limit);

}  // namespace daybreak::scaling
