#pragma once
// The one decision function: the simulator and the live controller call it with the same observations and get the same answers.
#include <algorithm>
#include <memory>

#include "libcore/scaling/control/limits.h"
#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// A policy within limits, fed with metrics that need not be true.
class Controller {
 public:
  Controller(std::unique_ptr<Policy> policy, const LimitOptions& limits) : policy_(std::move(policy)), limits_(limits) {}

  const Policy& policy() const { return *policy_; }

  /// How many nodes there should be now. Metrics that are missing, impossible or not newer than the last ones change
  /// nothing that the policy remembers, and never release a node.
  Recommendation decide(const Observation& seen);

  /// The answer where nothing can be decided: the nodes that there are, or the minimum.
  Recommendation hold(std::int64_t current, Reason fault) const { return {std::max(current, limits_.min_nodes()), fault, {}}; }

  /// All that later decisions depend on.
  io::Json state() const;
  /// Error (data) where the state is not one of this policy.
  void restore(const io::Json& state);

 private:
  std::optional<Reason> fault_of(const Observation& seen) const;

  std::unique_ptr<Policy> policy_;
  Limits limits_;
  double last_time_s_ = -std::numeric_limits<double>::infinity();
};

}  // namespace daybreak::scaling
