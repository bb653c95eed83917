#include "libcore/scaling/policy.h"

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

/// The rule to the letter. Start one node if queue > threshold * nodes; else release one if queue < 0.7 * threshold, which
/// is not multiplied by the nodes: the two thresholds drift apart as the cluster grows, and no load has a steady point.
/// "Nodes" are all that the cluster has, also those on their way; else each slot of a start delay would start one more.
class Literal : public Policy {
 public:
  static constexpr double kReleaseShare = 0.7;

  explicit Literal(const PolicyOptions& options) : threshold_s_(options.threshold_s), guard_(options.age_rule == "guard") {}
  std::string name() const override { return guard_ ? "literal-guard" : "literal"; }

  Decision decide(const Observation& seen) override {
    const double threshold = threshold_s_ * seen.service_rate;
    if (seen.queue > threshold * static_cast<double>(seen.nodes + seen.pending)) return 1;
    if (seen.queue >= kReleaseShare * threshold) return 0;
    if (seen.pending > 0) return -1;  // cancel what has not come yet
    if (seen.nodes == 0 || (guard_ && seen.old_nodes == 0)) return 0;
    return -1;
  }

 private:
  double threshold_s_;
  bool guard_;
};

class Static : public Policy {
 public:
  explicit Static(std::int64_t nodes) : nodes_(nodes) {}
  std::string name() const override { return "static"; }
  std::optional<std::int64_t> initial_nodes() const override { return nodes_; }
  Decision decide(const Observation&) override { return 0; }

 private:
  std::int64_t nodes_;
};

}  // namespace

void PolicyOptions::declare(OptionSink& sink) {
  sink.group("Policies");
  sink.duration("threshold", &threshold_s, "literal: waiting work for each node, as the time a node needs for it");
  sink.choice("age-rule", &age_rule, {"order", "guard"}, "literal: nodes over 24 hours go first (order), or only they may go (guard)");
  sink.count("static-nodes", &static_nodes, "N", "static: nodes at all times (default: what the peak needs)", OptionSink::Range{0, 1e9});
}

std::vector<std::string> policy_names() {
  return {"literal", "static"};
}

std::unique_ptr<Policy> make_policy(const std::string& name, const PolicyOptions& options, std::int64_t peak_nodes) {
  if (name == "literal") {
    if (!(options.threshold_s > 0)) throw usage_error("--threshold: expected more than 0 seconds", "try 1m");
    return std::make_unique<Literal>(options);
  }
  if (name == "static") return std::make_unique<Static>(options.static_nodes.value_or(peak_nodes));
  std::string known;
  for (const std::string& one : policy_names()) known += (known.empty() ? "" : ", ") + one;
  throw usage_error("--policy: unknown policy '" + name + "'", "known: " + known);
}

}  // namespace daybreak::scaling
