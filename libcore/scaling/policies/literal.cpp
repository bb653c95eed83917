#include "libcore/scaling/policies/literal.h"

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

constexpr double kReleaseShare = 0.7;

/// "Nodes" are all that the cluster has, also those on their way; else each period of a start delay would start one more.
class Literal : public Policy {
 public:
  Literal(const LiteralOptions& options, const Setting& setting)
      : threshold_(options.threshold_s * setting.service_rate), guard_(options.age_rule == "guard") {}

  std::string_view name() const override { return guard_ ? "literal-guard" : "literal"; }
  Needs needs() const override { return {.queue = true}; }

  Recommendation decide(const Observation& seen) override {
    const std::int64_t nodes = seen.ready + seen.pending;
    const double start_above = threshold_ * static_cast<double>(nodes), release_below = kReleaseShare * threshold_;
    Recommendation answer{nodes, Reason::desired_within_range, {}};
    answer.numbers.add("queue", *seen.queue);
    answer.numbers.add("start_above", start_above);
    answer.numbers.add("release_below", release_below);
    if (*seen.queue > start_above) {
      answer.desired = nodes + 1;
    } else if (*seen.queue < release_below && nodes > 0) {
      release(seen, answer);
    }
    return answer;
  }

 private:
  void release(const Observation& seen, Recommendation& answer) const {
    const bool canceling = seen.pending > 0;  // what has not come yet goes first, and has no age
    if (!canceling && guard_ && seen.old == 0) {
      answer.reason = Reason::age_guard;
      return;
    }
    --answer.desired;
    if (canceling) answer.reason = Reason::pending_start;
  }

  double threshold_;
  bool guard_;
};

}  // namespace

void LiteralOptions::declare(OptionSink& sink) {
  sink.duration("threshold", &threshold_s, "literal: waiting work for each node, as the time a node needs for it");
  sink.choice("age-rule", &age_rule, {"order", "guard"}, "literal: nodes over 24 hours go first (order), or only they may go (guard)");
}

std::unique_ptr<Policy> make_literal(const LiteralOptions& options, const Setting& setting) {
  if (!(options.threshold_s > 0)) throw usage_error("--threshold: expected more than 0 seconds", "try 1m");
  return std::make_unique<Literal>(options, setting);
}

}  // namespace daybreak::scaling
