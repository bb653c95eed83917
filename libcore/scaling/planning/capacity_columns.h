#pragma once
// What the parts of the search for the cheapest plan share.
#include <cstddef>
#include <cstdint>
#include <limits>

#include "libcore/scaling/planning/capacity_plan.h"

namespace daybreak::scaling {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Sums of a few products differ by so much in another order: not a reason to call a limit missed or a plan cheaper.
inline constexpr double kRounding = 1e-12;
inline constexpr double kSecondsPerHour = 3600;

/// A site that the search may take nodes from.
struct Column {
  std::size_t site;  // its number in the request
  double price, rate;
  double charged = 0;  // the price that bounds use
  std::int64_t capacity;
};

/// The pool as a queue, all its nodes of that rate.
inline QueueModel queue_of(const PlanRequest& request, double rate) {
  return {request.load_per_s, rate, request.scv_arrivals, request.scv_service};
}

/// The capacity that must stay when a region is lost.
inline double left_after_loss(const PlanRequest& request) {
  return request.load_per_s / request.loss_utilization * (1 - kRounding);
}

}  // namespace daybreak::scaling
