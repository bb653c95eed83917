#include "libcore/scaling/policies/delayed_off.h"

#include "libcore/base/error.h"
#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/recent_peak.h"

namespace daybreak::scaling {
namespace {

/// A level was needed whenever a higher one was, so the levels that are still on are the highest need of the last while.
class DelayedOff : public Policy {
 public:
  DelayedOff(double target, const Setting& setting)
      : setting_(setting), target_(target), levels_(setting.start_cost_s + setting.start_delay_s) {}

  std::string_view name() const override { return "delayed-off"; }
  Needs needs() const override { return {.arrivals = true, .queue = true}; }

  Recommendation decide(const Observation& seen) override {
    const double demand = arriving_nodes(seen, setting_) + waiting_nodes(seen, setting_);
    const std::int64_t need = nodes_at(demand, target_, setting_), on = levels_.add(seen.time_s, need);
    Recommendation answer{on, on > need ? Reason::scale_down_stabilized : Reason::desired_within_range, {}};
    answer.numbers.add("demand_nodes", demand);
    answer.numbers.add("need_nodes", static_cast<double>(need));
    return answer;
  }

  io::Json state() const override { return levels_.state(); }
  void restore(const io::Json& state) override { levels_.restore(state); }

 private:
  Setting setting_;
  double target_;
  RecentPeak levels_;
};

}  // namespace

void DelayedOffOptions::declare(OptionSink& sink) {
  sink.real("delayed-off-target", &target, "SHARE", "Utilization to start nodes for (default: the band's upper end)");
}

std::unique_ptr<Policy> make_delayed_off(const DelayedOffOptions& options, const Setting& setting) {
  const double target = options.target.value_or(setting.band_high);
  if (!(target > 0 && target <= 1)) throw usage_error("--delayed-off-target: expected more than 0 and at most 1", "try 0.92");
  return std::make_unique<DelayedOff>(target, setting);
}

}  // namespace daybreak::scaling
