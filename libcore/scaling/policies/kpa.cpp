#include "libcore/scaling/policies/kpa.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/scaling/policies/kpa_decider.h"
#include "libcore/scaling/policies/recent_average.h"

namespace daybreak::scaling {
namespace {

/// Knative rounds its averages so, which keeps noise of sums from asking for one more node.
double to_six_decimals(double value) {
  return std::round(value * 1e6) / 1e6;
}

class Kpa : public Policy {
 public:
  Kpa(const KpaOptions& options, const Setting& setting)
      : options_(options), waiting_unit_(setting.service_rate * options.request_s.value_or(setting.period_s)),
        concurrency_(options.stable_window_s), decider_(options) {}

  std::string_view name() const override { return "kpa"; }
  Needs needs() const override { return {.queue = true, .utilization = true}; }

  Recommendation decide(const Observation& seen) override {
    if (!begun_) decider_.begin(seen.time_s - seen.period_s, seen.ready);
    begun_ = true;
    concurrency_.add(seen.time_s, seen.period_s, *seen.utilization * static_cast<double>(seen.ready) + *seen.queue / waiting_unit_);
    const double stable = to_six_decimals(concurrency_.over(options_.stable_window_s));
    const double panic = to_six_decimals(concurrency_.over(options_.stable_window_s * options_.panic_window_share));
    Recommendation answer = decider_.decide(seen.time_s, seen.ready, stable, panic);
    if (answer.desired == 0 && !options_.to_zero) {
      answer.desired = 1;
      answer.reason = Reason::too_few_replicas;
    }
    return answer;
  }

  io::Json state() const override {
    io::Json state = decider_.state();
    state["begun"] = begun_;
    state["concurrency"] = concurrency_.state();
    return state;
  }
  void restore(const io::Json& state) override {
    decider_.restore(state);
    begun_ = state.at("begun").as_bool();
    concurrency_.restore(state.at("concurrency"));
  }

 private:
  KpaOptions options_;
  double waiting_unit_;  // waiting work that adds as much concurrency as a busy node
  bool begun_ = false;
  RecentAverage concurrency_;
  KpaDecider decider_;
};

}  // namespace

void KpaOptions::declare(OptionSink& sink) {
  const OptionSink::Range rates{1.000001, 1e9};
  sink.real("kpa-target", &target, "SHARE", "Concurrency that a node should have, of its capacity", OptionSink::Range{1e-3, 1e3});
  sink.duration("kpa-stable-window", &stable_window_s, "What the usual average is taken over");
  sink.real("kpa-panic-share", &panic_window_share, "SHARE", "The panic window, of the stable one", OptionSink::Range{0.01, 1});
  sink.real("kpa-panic-threshold", &panic_threshold, "RATIO", "Panic when that many times the ready nodes are asked for", rates);
  sink.real("kpa-max-up-rate", &max_up_rate, "RATIO", "At most that many times the ready nodes", rates);
  sink.real("kpa-max-down-rate", &max_down_rate, "RATIO", "At least that fraction of the ready nodes", rates);
  sink.duration("kpa-down-delay", &down_delay_s, "The greatest decision of that time holds");
  sink.count("kpa-activation", &activation_nodes, "N", "Nodes to start at least when there is any load", OptionSink::Range{1, 1e9});
  sink.flag("kpa-to-zero", &to_zero, "Release the last node too (with --min-nodes 0)");
  sink.duration("kpa-request-time", &request_s, "Time in service of a unit of work (default: a slot)");
}

std::unique_ptr<Policy> make_kpa(const KpaOptions& options, const Setting& setting) {
  if (!(options.stable_window_s > 0)) throw usage_error("--kpa-stable-window: expected more than 0 seconds", "Knative's default is 60s");
  if (options.request_s && !(*options.request_s > 0)) throw usage_error("--kpa-request-time: expected more than 0 seconds");
  return std::make_unique<Kpa>(options, setting);
}

}  // namespace daybreak::scaling
