#include "libcore/scaling/policies/skyserve.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/scaling/policies/recent_average.h"
#include "libcore/scaling/policies/rounding.h"

namespace daybreak::scaling {
namespace {

class SkyServe : public Policy {
 public:
  SkyServe(const SkyServeOptions& options, const Setting& setting)
      : options_(options), setting_(setting),
        node_rate_(setting.service_rate * options.target.value_or((setting.band_low + setting.band_high) / 2)),
        up_(setting.period_s, options.up_delay_s), down_(setting.period_s, options.down_delay_s), rate_(options.window_s) {}

  std::string_view name() const override { return "skyserve"; }
  Needs needs() const override { return {.arrivals = true}; }

  Recommendation decide(const Observation& seen) override {
    if (!target_) target_ = seen.ready + seen.pending - options_.over_provision;
    rate_.add(seen.time_s, seen.period_s, *seen.arrivals / seen.period_s);
    const double rate = rate_.over(options_.window_s);
    const std::int64_t asked = std::clamp(whole_nodes(rate / node_rate_), setting_.min_nodes, setting_.max_nodes);
    Recommendation answer;
    answer.reason = move_to(asked);
    answer.desired = *target_ + options_.over_provision;
    answer.numbers.add("rate_per_s", rate);
    answer.numbers.add("proposed", static_cast<double>(asked));
    answer.numbers.add("above", static_cast<double>(up_.counted));
    answer.numbers.add("below", static_cast<double>(down_.counted));
    return answer;
  }

  io::Json state() const override {
    io::Json state = io::Json::object();
    state["target"] = target_ ? io::Json(*target_) : io::Json();
    state["above"] = up_.counted;
    state["below"] = down_.counted;
    state["rate"] = rate_.state();
    return state;
  }
  void restore(const io::Json& state) override {
    const io::Json& target = state.at("target");
    target_ = target.is_null() ? std::nullopt : std::optional(target.as_int());
    up_.counted = state.at("above").as_int();
    down_.counted = state.at("below").as_int();
    rate_.restore(state.at("rate"));
  }

 private:
  /// Decisions on one side of the target, in a row.
  struct Counter {
    Counter(double period_s, double delay_s) : enough(static_cast<std::int64_t>(delay_s / period_s)) {}
    bool full() { return ++counted >= enough; }
    std::int64_t enough, counted = 0;
  };

  Reason move_to(std::int64_t asked) {
    const bool up = asked > *target_, down = asked < *target_;
    if (!up) up_.counted = 0;
    if (!down) down_.counted = 0;
    if (!up && !down) return Reason::desired_within_range;
    Counter& counter = up ? up_ : down_;
    // Where nothing serves at all, nobody waits for the counter.
    if (*target_ > 0 && !counter.full()) return up ? Reason::scale_up_stabilized : Reason::scale_down_stabilized;
    counter.counted = 0;
    target_ = asked;
    return Reason::desired_within_range;
  }

  SkyServeOptions options_;
  Setting setting_;
  double node_rate_;
  Counter up_, down_;
  RecentAverage rate_;
  std::optional<std::int64_t> target_;
};

}  // namespace

void SkyServeOptions::declare(OptionSink& sink) {
  sink.real("skyserve-target", &target, "SHARE", "Rate of a node, of its service rate (default: the middle of the band)",
            OptionSink::Range{1e-3, 1e3});
  sink.duration("skyserve-window", &window_s, "What the rate is averaged over");
  sink.duration("skyserve-up-delay", &up_delay_s, "Starts after so long above");
  sink.duration("skyserve-down-delay", &down_delay_s, "Releases after so long below");
  sink.count("skyserve-over-provision", &over_provision, "N", "Extra nodes at all times", OptionSink::Range{0, 1e9});
}

std::unique_ptr<Policy> make_skyserve(const SkyServeOptions& options, const Setting& setting) {
  if (!(options.window_s > 0)) throw usage_error("--skyserve-window: expected more than 0 seconds", "SkyServe's own is 60s");
  return std::make_unique<SkyServe>(options, setting);
}

}  // namespace daybreak::scaling
