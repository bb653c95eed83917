#include "libcore/scaling/policies/hpa.h"

#include <array>

#include "libcore/base/error.h"
#include "libcore/scaling/policies/hpa_behavior.h"
#include "libcore/scaling/policies/hpa_replicas.h"

namespace daybreak::scaling {
namespace {

constexpr double kLongestWindow = 3600;  // of autoscaling/v2, in seconds

std::vector<HpaRate> rates_of(std::string_view option, const std::vector<std::string>& texts, const std::vector<HpaRate>& defaults) {
  std::vector<HpaRate> rates;
  for (const std::string& text : texts) {
    try {
      rates.push_back(parse_hpa_rate(text));
    } catch (const Error& failure) {
      throw usage_error(std::string(option) + ": " + failure.message(), failure.hint());
    }
  }
  return rates.empty() ? defaults : rates;
}

HpaBehavior behavior_of(const HpaOptions& options, const Setting& setting) {
  const HpaBehavior usual;
  return {.up = {options.window_up_s, parse_hpa_select(options.select_up), rates_of("--hpa-rate-up", options.rates_up, usual.up.rates)},
          .down = {options.window_down_s, parse_hpa_select(options.select_down),
                   rates_of("--hpa-rate-down", options.rates_down, usual.down.rates)},
          .min_nodes = setting.min_nodes,
          .max_nodes = setting.max_nodes};
}

class Hpa : public Policy {
 public:
  Hpa(const HpaOptions& options, const Setting& setting)
      : utilization_(options.metric != "demand"), demand_(options.metric != "utilization"), setting_(setting),
        damper_(behavior_of(options, setting)) {
    target_.usage = target_.missing_usage = options.target.value_or((setting.band_low + setting.band_high) / 2);
    target_.tolerance_up = options.tolerance_up;
    target_.tolerance_down = options.tolerance_down;
  }

  std::string_view name() const override { return "hpa"; }
  Needs needs() const override {
    if (utilization_ && demand_) return {};  // it goes on with one of them
    return {.arrivals = demand_, .queue = demand_, .utilization = utilization_};
  }

  Recommendation decide(const Observation& seen) override {
    const std::int64_t current = seen.ready + seen.pending;
    if (!begun_) damper_.remember(seen.time_s, current);  // so that no start of the controller releases pods
    begun_ = true;
    Recommendation answer = answer_to(seen, current);
    damper_.changed(seen.time_s, answer.desired - current);
    return answer;
  }

  io::Json state() const override {
    io::Json state = damper_.state();
    state["begun"] = begun_;
    return state;
  }
  void restore(const io::Json& state) override {
    damper_.restore(state);
    begun_ = state.at("begun").as_bool();
  }

 private:
  Recommendation answer_to(const Observation& seen, std::int64_t current) {
    if (current == 0 && setting_.min_nodes != 0) return {0, Reason::desired_within_range, {}};  // zero pods switch an HPA off
    if (current > setting_.max_nodes) return {setting_.max_nodes, Reason::too_many_replicas, {}};
    if (current < setting_.min_nodes) return {setting_.min_nodes, Reason::too_few_replicas, {}};
    Numbers numbers;
    numbers.add("target", target_.usage);
    const auto asked = asked_of(seen, current, numbers);
    if (!asked) return {current, Reason::metrics_missing, numbers};
    Recommendation answer = damper_.damp(seen.time_s, current, *asked);
    numbers.add("proposed", static_cast<double>(*asked));
    answer.numbers = numbers;
    return answer;
  }

  std::optional<std::int64_t> asked_of(const Observation& seen, std::int64_t current, Numbers& numbers) const {
    std::array<std::optional<std::int64_t>, 2> asked;
    std::size_t metrics = 0;
    if (utilization_) asked[metrics++] = asked_by("utilization", seen.utilization, seen, current, numbers);
    if (demand_) asked[metrics++] = asked_by("demand", demand_of(seen), seen, current, numbers);
    return hpa_greatest({asked.data(), metrics}, current);
  }

  std::optional<std::int64_t> asked_by(std::string_view metric, std::optional<double> usage, const Observation& seen, std::int64_t current,
                                       Numbers& numbers) const {
    if (!usage) return std::nullopt;
    numbers.add(metric, *usage);
    const auto ready = static_cast<double>(seen.ready), pending = static_cast<double>(seen.pending);
    const HpaPods pods{.measured = {seen.ready, ready}, .unready = {seen.pending, pending}, .missing = {}, .usage = *usage * ready};
    return hpa_replicas(pods, current, target_);
  }

  std::optional<double> demand_of(const Observation& seen) const {
    if (!seen.arrivals || !seen.queue || seen.ready == 0) return std::nullopt;
    return (*seen.arrivals + *seen.queue) / (setting_.service_rate * seen.period_s * static_cast<double>(seen.ready));
  }

  bool utilization_, demand_, begun_ = false;
  Setting setting_;
  HpaTarget target_;
  HpaDamper damper_;
};

}  // namespace

void HpaOptions::declare(OptionSink& sink) {
  const OptionSink::Range tolerances{0, 10};
  sink.choice("hpa-metric", &metric, {"utilization", "demand", "both"}, "What it measures of a node; utilization never exceeds 1");
  sink.real("hpa-target", &target, "SHARE", "What a node should use (default: the middle of the band)", OptionSink::Range{1e-3, 1e3});
  sink.real("hpa-tolerance-up", &tolerance_up, "SHARE", "No start for so little above the target", tolerances);
  sink.real("hpa-tolerance-down", &tolerance_down, "SHARE", "No release for so little below it", tolerances);
  sink.duration("hpa-window-up", &window_up_s, "The least of so many seconds' recommendations holds for starts");
  sink.duration("hpa-window-down", &window_down_s, "The greatest of them holds for releases");
  sink.list("hpa-rate-up", &rates_up, "RATE", "Starts a period (default: 4/15s and 100%/15s)");
  sink.list("hpa-rate-down", &rates_down, "RATE", "Releases a period (default: 100%/15s)");
  sink.choice("hpa-select-up", &select_up, {"max", "min", "disabled"}, "Which of several rates of starts holds");
  sink.choice("hpa-select-down", &select_down, {"max", "min", "disabled"}, "Which of several rates of releases holds");
}

std::unique_ptr<Policy> make_hpa(const HpaOptions& options, const Setting& setting) {
  for (const auto& [way, window] : {std::pair{"up", options.window_up_s}, std::pair{"down", options.window_down_s}})
    if (window > kLongestWindow)
      throw usage_error("--hpa-window-" + std::string(way) + ": expected at most 1 hour", "Kubernetes refuses longer windows");
  return std::make_unique<Hpa>(options, setting);
}

}  // namespace daybreak::scaling
