#include "libcore/scaling/policies/literal.h"

#include <cmath>
#include <cstdio>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

constexpr double kReleaseShare = 0.7;

/// "Nodes" are all that the cluster has, also those on their way; else each period of a start delay would start one more.
class Literal : public Policy {
 public:
  Literal(const LiteralOptions& options, const Setting& setting, bool symmetric)
      : threshold_(options.threshold_s * setting.service_rate),
        threshold_s_(options.threshold_s),
        band_low_(setting.band_low),
        band_high_(setting.band_high),
        guard_(options.age_rule == "guard"),
        symmetric_(symmetric) {}

  std::string_view name() const override {
    if (symmetric_) return guard_ ? "literal-symmetric-guard" : "literal-symmetric";
    return guard_ ? "literal-guard" : "literal";
  }
  Needs needs() const override { return {.queue = true}; }

  Recommendation decide(const Observation& seen) override {
    const std::int64_t nodes = seen.ready + seen.pending;
    const double start_above = threshold_ * static_cast<double>(nodes);
    const double release_below = kReleaseShare * (symmetric_ ? start_above : threshold_);
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

  std::vector<std::string> warnings(double band_feasible_share) const override {
    // Some whole n puts a load into the band for every load only if high * n >= low * (n + 1).
    const auto fewest = static_cast<std::int64_t>(std::ceil(band_low_ / (band_high_ - band_low_) * (1 - 1e-12)));
    const std::string theta = real(threshold_s_), released = real(kReleaseShare * threshold_s_);
    std::vector<std::string> said{
        "no load has a steady point: below capacity the queue is empty and the rule releases, above it the queue grows and the rule "
        "starts, so that the number of nodes never rests"};
    if (!symmetric_)
      said.push_back("the thresholds drift apart as the cluster grows: it starts above " + theta +
                     " s of work times the nodes, and releases below " + released +
                     " s in all, which at 100 nodes is 143 to 1");
    said.push_back("below " + std::to_string(fewest) +
                   " nodes there are loads with no right answer: no whole number of nodes puts them into the band");
    if (band_feasible_share < 1)
      said.push_back("the band cannot always be met: whatever the number of nodes, in " + real(100 * band_feasible_share) +
                     " % of the time of this trace");
    for (std::string& one : said) one = std::string(name()) + ": " + one;
    return said;
  }

 private:
  static std::string real(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
  }

  void release(const Observation& seen, Recommendation& answer) const {
    const bool canceling = seen.pending > 0;  // what has not come yet goes first, and has no age
    if (!canceling && guard_ && seen.old == 0) {
      answer.reason = Reason::age_guard;
      return;
    }
    --answer.desired;
    if (canceling) answer.reason = Reason::pending_start;
  }

  double threshold_, threshold_s_;  // units of work; seconds of a node
  double band_low_, band_high_;
  bool guard_, symmetric_;
};

std::unique_ptr<Policy> make(const LiteralOptions& options, const Setting& setting, bool symmetric) {
  if (!(options.threshold_s > 0)) throw usage_error("--threshold: expected more than 0 seconds", "try 1m");
  return std::make_unique<Literal>(options, setting, symmetric);
}

}  // namespace

void LiteralOptions::declare(OptionSink& sink) {
  sink.duration("threshold", &threshold_s, "Waiting work for each node, as the time a node needs for it");
  sink.choice("age-rule", &age_rule, {"order", "guard"}, "Nodes over 24 hours go first (order), or only they may go (guard)");
}

std::unique_ptr<Policy> make_literal(const LiteralOptions& options, const Setting& setting) {
  return make(options, setting, false);
}

std::unique_ptr<Policy> make_literal_symmetric(const LiteralOptions& options, const Setting& setting) {
  return make(options, setting, true);
}

}  // namespace daybreak::scaling
