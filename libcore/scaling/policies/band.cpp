#include "libcore/scaling/policies/band.h"

#include "libcore/scaling/policies/band_rule.h"
#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/flap_budget.h"
#include "libcore/scaling/policies/rehearsal.h"

namespace daybreak::scaling {
namespace {

constexpr double kShownErrorLevel = 0.95;

/// What a violated minute costs by default, in minutes of the busy nodes: the more the sooner nodes can be there, for what
/// could have been prevented cheaply counts as a fault, and what nobody could foresee hardly does.
double default_price(const Setting& setting) {
  constexpr double kEffort = 350 * 60;
  return kEffort / std::max(setting.start_delay_s, setting.period_s);
}

class Band : public Policy {
 public:
  Band(const BandOptions& options, const Setting& setting)
      : setting_(setting),
        rehearsal_(setting, options.violation_price.value_or(default_price(setting)), options.flaps_per_hour),
        flaps_(options.flaps_per_hour) {}

  std::string_view name() const override { return "band"; }
  Needs needs() const override { return {.arrivals = true, .queue = true}; }

  Recommendation decide(const Observation& seen) override {
    rehearsal_.add(seen);
    const std::int64_t current = seen.ready + seen.pending;
    const double demand = rehearsal_.demand() + waiting_nodes(seen, setting_);
    const BandNodes band = nodes_in_band(demand, setting_);
    const std::int64_t wanted = settle(demand, rehearsal_.recent(), current, setting_);
    Recommendation answer{flaps_.allow(seen.time_s, current, wanted), Reason::desired_within_range, {}};
    if (answer.desired != wanted) answer.reason = Reason::flap_budget;
    else if (wanted == current && band.fewest > seen.ready) answer.reason = Reason::pending_start;
    else if (std::min(wanted, rehearsal_.recent()) > std::max(band.fewest, band.most)) answer.reason = Reason::scale_down_stabilized;
    explain(seen, band, wanted, answer.numbers);
    return answer;
  }

  io::Json state() const override {
    io::Json state = rehearsal_.state();
    state["flaps"] = flaps_.state();
    return state;
  }

  void restore(const io::Json& state) override {
    rehearsal_.restore(state);
    flaps_.restore(state.at("flaps"));
  }

 private:
  void explain(const Observation& seen, const BandNodes& band, std::int64_t wanted, Numbers& numbers) const {
    numbers.add("demand_nodes", arriving_nodes(seen, setting_) + waiting_nodes(seen, setting_));
    const Forecasts& forecasts = rehearsal_.forecasts();
    numbers.add("forecast_nodes", forecasts.load(rehearsal_.kind()));
    numbers.add("forecast_learned", rehearsal_.kind() == ForecastKind::trend ? 0 : 1);
    numbers.add("forecast_smooth", rehearsal_.kind() == ForecastKind::learned_smooth ? 1 : 0);
    numbers.add("error_p95", forecasts.errors(rehearsal_.kind()).at(kShownErrorLevel) - 1);
    numbers.add("headroom", rehearsal_.headroom());
    numbers.add("band_fewest_nodes", static_cast<double>(band.fewest));
    numbers.add("band_most_nodes", static_cast<double>(band.most));
    numbers.add("recent_nodes", static_cast<double>(rehearsal_.recent()));
    numbers.add("wanted_nodes", static_cast<double>(wanted));
  }

  Setting setting_;
  Rehearsal rehearsal_;
  FlapBudget flaps_;
};

}  // namespace

void BandOptions::declare(OptionSink& sink) {
  sink.real("violation-price", &violation_price, "N",
            "Node-minutes that a violated minute counts, for each busy node (default: 350 min / start delay)",
            OptionSink::Range{0, 1e9});
  sink.count("flap-budget", &flaps_per_hour, "N", "Reversals an hour, at most", OptionSink::Range{1, 1e9});
}

std::unique_ptr<Policy> make_band(const BandOptions& options, const Setting& setting) {
  return std::make_unique<Band>(options, setting);
}

}  // namespace daybreak::scaling
