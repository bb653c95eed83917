#include "libcore/scaling/policies/hpa_behavior.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace daybreak::scaling {
namespace {

constexpr double kLongestPeriod = 1800;  // of autoscaling/v2, in seconds
constexpr std::int64_t kGreatestValue = 1'000'000;

/// What one rate allows, from the number of pods at the beginning of its period. Growth in percent is rounded up, for it
/// might never begin otherwise; what is left of a reduction is cut to whole pods.
std::int64_t reach(const HpaRate& rate, std::int64_t begin, bool up) {
  if (!rate.percent) return up ? begin + rate.value : begin - rate.value;
  const double share = static_cast<double>(rate.value) / 100, pods = static_cast<double>(begin);
  return static_cast<std::int64_t>(up ? std::ceil(pods * (1 + share)) : pods * (1 - share));
}

}  // namespace

HpaRate parse_hpa_rate(std::string_view text) {
  const auto refuse = [&](const std::string& what) {
    return usage_error("expected " + what + ", found '" + std::string(text) + "'", "as in 4/15s for nodes or 100%/15s for a share");
  };
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) throw refuse("a rate NODES/PERIOD or PERCENT%/PERIOD");
  const std::string_view amount = text.substr(0, slash);
  HpaRate rate;
  rate.percent = amount.ends_with('%');
  rate.value = parse_count(amount.substr(0, amount.size() - (rate.percent ? 1 : 0)));
  rate.period_s = parse_duration(text.substr(slash + 1));
  if (rate.value < 1 || rate.value > kGreatestValue) throw refuse("a value from 1 to 1000000");
  if (!(rate.period_s > 0) || rate.period_s > kLongestPeriod) throw refuse("a period of at most 30 minutes");
  return rate;
}

HpaSelect parse_hpa_select(std::string_view text) {
  return text == "disabled" ? HpaSelect::disabled : text == "min" ? HpaSelect::min : HpaSelect::max;
}

Recommendation HpaDamper::damp(double time_s, std::int64_t current, std::int64_t proposed) {
  const std::int64_t stable = stabilize(time_s, current, proposed);
  Recommendation answer = limit(time_s, current, stable);
  if (answer.desired == stable && stable != proposed)
    answer.reason = proposed >= current ? Reason::scale_up_stabilized : Reason::scale_down_stabilized;
  return answer;
}

std::int64_t HpaDamper::stabilize(double time_s, std::int64_t current, std::int64_t proposed) {
  std::int64_t low = proposed, high = proposed;
  for (const Stamped& earlier : proposals_) {
    if (earlier.time_s > time_s - behavior_.up.window_s) low = std::min(low, earlier.value);
    if (earlier.time_s > time_s - behavior_.down.window_s) high = std::max(high, earlier.value);
  }
  remember(time_s, proposed);
  return std::clamp(current, low, high);
}

Recommendation HpaDamper::limit(double time_s, std::int64_t current, std::int64_t desired) const {
  if (desired > current) {
    const std::int64_t rate = std::max(bound(behavior_.up, time_s, current, true), current);
    if (desired > std::min(rate, behavior_.max_nodes))
      return rate < behavior_.max_nodes ? Recommendation{rate, Reason::scale_up_limit, {}}
                                        : Recommendation{behavior_.max_nodes, Reason::too_many_replicas, {}};
  } else if (desired < current) {
    const std::int64_t rate = std::min(bound(behavior_.down, time_s, current, false), current);
    if (desired < std::max(rate, behavior_.min_nodes))
      return rate > behavior_.min_nodes ? Recommendation{rate, Reason::scale_down_limit, {}}
                                        : Recommendation{behavior_.min_nodes, Reason::too_few_replicas, {}};
  }
  return {desired, Reason::desired_within_range, {}};
}

std::int64_t HpaDamper::bound(const HpaRules& rules, double time_s, std::int64_t current, bool up) const {
  if (rules.select == HpaSelect::disabled) return current;
  std::optional<std::int64_t> farthest, nearest;
  for (const HpaRate& rate : rules.rates) {
    std::int64_t begin = current;
    for (const Stamped& change : changes_)
      if (change.time_s > time_s - rate.period_s) begin -= change.value;
    const std::int64_t allowed = reach(rate, begin, up);
    if (!farthest || (up ? allowed > *farthest : allowed < *farthest)) farthest = allowed;
    if (!nearest || (up ? allowed < *nearest : allowed > *nearest)) nearest = allowed;
  }
  return (rules.select == HpaSelect::max ? farthest : nearest).value_or(current);
}

void HpaDamper::remember(double time_s, std::int64_t proposed) {
  const double window = std::max(behavior_.up.window_s, behavior_.down.window_s);
  std::erase_if(proposals_, [&](const Stamped& earlier) { return earlier.time_s <= time_s - window; });
  proposals_.push_back({time_s, proposed});
}

void HpaDamper::changed(double time_s, std::int64_t by) {
  std::erase_if(changes_, [&](const Stamped& earlier) { return earlier.time_s <= time_s - longest_period(); });
  if (by != 0) changes_.push_back({time_s, by});
}

double HpaDamper::longest_period() const {
  double longest = 0;
  for (const HpaRules* rules : {&behavior_.up, &behavior_.down})
    for (const HpaRate& rate : rules->rates) longest = std::max(longest, rate.period_s);
  return longest;
}

io::Json HpaDamper::state() const {
  io::Json state = io::Json::object();
  for (const auto& [name, list] : {std::pair{"proposals", &proposals_}, std::pair{"changes", &changes_}}) {
    io::Json& written = state[name] = io::Json::array();
    for (const Stamped& one : *list) written.push_back(io::Json::array(std::initializer_list<io::Json>{one.time_s, one.value}));
  }
  return state;
}

void HpaDamper::restore(const io::Json& state) {
  for (const auto& [name, list] : {std::pair{"proposals", &proposals_}, std::pair{"changes", &changes_}}) {
    list->clear();
    for (const io::Json& one : state.at(name).as_array()) list->push_back({one.at(std::size_t{0}).as_double(), one.at(1).as_int()});
  }
}

}  // namespace daybreak::scaling
