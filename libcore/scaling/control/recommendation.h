#pragma once
// What a policy answers: how many nodes, and why.
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace daybreak::scaling {

/// Why a decision is what it is. The words of Kubernetes' HorizontalPodAutoscaler (autoscaling/v2 conditions) where it has
/// one for the case.
enum class Reason {
  desired_within_range,   // the recommendation stands as it is
  scale_up_limit,         // a rate of starts bounds it
  scale_down_limit,       // a rate of releases bounds it
  scale_up_stabilized,    // an earlier, lower recommendation still counts
  scale_down_stabilized,  // an earlier, higher recommendation still counts
  too_few_replicas,       // below the minimum, which holds
  too_many_replicas,      // above the maximum, which holds
  cool_down,              // too soon after the last change
  pending_start,          // a start that has not come yet is canceled or waited for
  flap_budget,            // one more reversal would be too many
  age_guard,              // no node is old enough to go
  metrics_missing,        // a metric that the policy needs is absent
  metrics_stale,          // the metrics are too old
  metrics_out_of_order,   // they are not newer than the last ones
  metrics_absurd,         // they cannot be true, such as a negative queue
};

/// "DesiredWithinRange", "MetricsStale", ...
std::string_view to_string(Reason reason);

/// The numbers behind a decision, by name. Names are string literals: nothing is allocated for a decision.
class Numbers {
 public:
  struct Entry {
    std::string_view name;
    double value;
  };
  static constexpr std::size_t kMost = 12;

  void add(std::string_view name, double value) {
    if (size_ < kMost) entries_[size_++] = {name, value};
  }
  std::span<const Entry> entries() const { return {entries_.data(), size_}; }

 private:
  std::array<Entry, kMost> entries_{};
  std::size_t size_ = 0;
};

/// How many nodes there should be, those on their way included.
struct Recommendation {
  std::int64_t desired = 0;
  Reason reason = Reason::desired_within_range;
  Numbers numbers;
};

}  // namespace daybreak::scaling
