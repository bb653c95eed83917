#pragma once
// How many pods a HorizontalPodAutoscaler takes a metric to ask for (Kubernetes autoscaling/v2: the documentation's
// "Algorithm details", and the tolerances by direction of KEP-4951).
#include <cstdint>
#include <optional>
#include <span>

namespace daybreak::scaling {

/// The pods that count for one metric. Those that failed or are being deleted belong to no group. "Requests" are what usage is
/// a share of: the number of pods for a metric by pod, what they request of a resource for a utilization of it.
struct HpaPods {
  struct Group {
    std::int64_t pods = 0;
    double requests = 0;
  };
  Group measured;    // with a metric
  Group unready;     // not scheduled or not ready yet: what they use says nothing
  Group missing;     // should have a metric, and have none
  double usage = 0;  // sum over the measured ones
};

struct HpaTarget {
  double usage = 0;           // for each request
  double missing_usage = 0;   // what a missing pod is taken to use of each request on the way down: for a metric by pod the
                              // target, for a utilization of a resource the greater of 1 and the target
  double tolerance_up = 0.1, tolerance_down = 0.1;  // of the ratio of usage to target
};

/// ceil(pods * usage / target), or `current` where the ratio lies within the tolerance, the bounds included. On the way up
/// missing and unready pods count as idle, on the way down missing ones as busy; where they turn the direction around,
/// `current` stays. Nothing where no pod is measured.
std::optional<std::int64_t> hpa_replicas(const HpaPods& pods, std::int64_t current, const HpaTarget& target);

/// The greatest of what several metrics ask for. Nothing where a metric failed and the others would release pods, or where all failed.
std::optional<std::int64_t> hpa_greatest(std::span<const std::optional<std::int64_t>> proposals, std::int64_t current);

}  // namespace daybreak::scaling
