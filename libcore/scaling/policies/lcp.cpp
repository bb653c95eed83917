#include "libcore/scaling/policies/lcp.h"

#include "libcore/base/error.h"
#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/lazy_capacity.h"

namespace daybreak::scaling {
namespace {

class Lcp : public Policy {
 public:
  Lcp(const LcpOptions& options, double target, const Setting& setting)
      : setting_(setting), target_(target), penalty_(options.penalty), plan_(setting.start_cost_s + setting.start_delay_s) {}

  std::string_view name() const override { return "lcp"; }
  Needs needs() const override { return {.arrivals = true, .queue = true}; }

  Recommendation decide(const Observation& seen) override {
    const double demand = arriving_nodes(seen, setting_) + waiting_nodes(seen, setting_);
    const std::int64_t need = nodes_at(demand, target_, setting_);
    cost_.resize(static_cast<std::size_t>(need) + 1);
    for (std::int64_t x = 0; x <= need; ++x)
      cost_[static_cast<std::size_t>(x)] = seen.period_s * (static_cast<double>(x) + penalty_ * static_cast<double>(need - x));
    plan_.add(cost_, seen.period_s);
    const LazyCapacity::Bounds allowed = plan_.bounds();
    Recommendation answer{std::clamp(seen.ready + seen.pending, allowed.lower, allowed.upper), Reason::desired_within_range, {}};
    if (answer.desired > need) answer.reason = Reason::scale_down_stabilized;
    answer.numbers.add("demand_nodes", demand);
    answer.numbers.add("need_nodes", static_cast<double>(need));
    answer.numbers.add("lower_nodes", static_cast<double>(allowed.lower));
    answer.numbers.add("upper_nodes", static_cast<double>(allowed.upper));
    return answer;
  }

  io::Json state() const override { return plan_.state(); }
  void restore(const io::Json& state) override { plan_.restore(state); }

 private:
  Setting setting_;
  double target_, penalty_;
  LazyCapacity plan_;
  std::vector<double> cost_;  // of the period at hand; kept only for its memory
};

}  // namespace

void LcpOptions::declare(OptionSink& sink) {
  sink.real("lcp-target", &target, "SHARE", "Utilization to have nodes for (default: the band's upper end)");
  sink.real("lcp-penalty", &penalty, "N", "What a missing node costs, where one that runs costs 1", OptionSink::Range{1, 1e9});
}

std::unique_ptr<Policy> make_lcp(const LcpOptions& options, const Setting& setting) {
  // Its memory, and the state that run keeps, hold a number for each node.
  constexpr std::int64_t kMostNodes = 1'000'000;
  if (setting.max_nodes > kMostNodes)
    throw usage_error("--max-nodes: lcp takes at most " + std::to_string(kMostNodes) + ", found " + std::to_string(setting.max_nodes),
                      "with these costs delayed-off decides alike");
  const double target = options.target.value_or(setting.band_high);
  if (!(target > 0 && target <= 1)) throw usage_error("--lcp-target: expected more than 0 and at most 1", "try 0.92");
  return std::make_unique<Lcp>(options, target, setting);
}

}  // namespace daybreak::scaling
