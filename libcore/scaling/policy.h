#pragma once
// Rules that decide how many nodes to start or release.
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/scaling/cluster.h"

namespace daybreak::scaling {

/// One rule with its own memory. Called once at the end of each slot.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual std::string name() const = 0;
  /// Nodes that serve at the beginning, for a rule that knows; else what the first slot needs.
  virtual std::optional<std::int64_t> initial_nodes() const { return std::nullopt; }
  virtual Decision decide(const Observation& seen) = 0;
};

struct PolicyOptions {
  /// The literal rule's threshold: work that waits for each node, as the time one node needs for it.
  double threshold_s = 60;
  std::string age_rule = "order";          // or "guard": only nodes older than 24 hours may go
  std::optional<std::int64_t> static_nodes;  // default: what the peak needs
  void declare(OptionSink& sink);
};

/// "literal" or "static"; Error (usage) for another name. `peak_nodes` is what the peak of the trace needs.
std::unique_ptr<Policy> make_policy(const std::string& name, const PolicyOptions& options, std::int64_t peak_nodes);
/// The names that make_policy() knows.
std::vector<std::string> policy_names();

}  // namespace daybreak::scaling
