// The limits of a request by name, and the request without one of them.
#include <algorithm>

#include "libcore/scaling/planning/capacity_plan.h"

namespace daybreak::scaling {

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
