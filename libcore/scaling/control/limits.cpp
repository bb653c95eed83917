#include "libcore/scaling/control/limits.h"

#include <algorithm>

namespace daybreak::scaling {

void LimitOptions::declare(OptionSink& sink) {
  constexpr double kMost = 1e9;
  sink.group("Limits");
  sink.count("min-nodes", &min_nodes, "N", "Never fewer nodes", OptionSink::Range{0, kMost});
  sink.count("max-nodes", &max_nodes, "N", "Never more nodes", OptionSink::Range{1, kMost});
  sink.duration("cool-down-up", &cool_down_up_s, "No start so soon after any change");
  sink.duration("cool-down-down", &cool_down_down_s, "No release so soon after any change");
  sink.count("max-starts", &max_starts, "N", "No more starts within --rate-period", OptionSink::Range{1, kMost});
  sink.count("max-stops", &max_stops, "N", "No more releases within --rate-period", OptionSink::Range{1, kMost});
  sink.duration("rate-period", &rate_period_s, "What --max-starts and --max-stops count over");
}

Recommendation Limits::apply(double time_s, std::int64_t current, Recommendation wanted) {
  std::erase_if(changes_, [&](const Change& change) { return change.time_s <= time_s - options_.rate_period_s; });
  const double since = time_s - last_change_s_;
  const bool up = wanted.desired > current, down = wanted.desired < current;
  if ((up && since < options_.cool_down_up_s) || (down && since < options_.cool_down_down_s)) {
    wanted.desired = current;
    wanted.reason = Reason::cool_down;
  }
  if (const std::int64_t allowed = within_rate(current, wanted.desired); allowed != wanted.desired) {
    wanted.desired = allowed;
    wanted.reason = up ? Reason::scale_up_limit : Reason::scale_down_limit;
  }
  const std::int64_t bounded = std::clamp(wanted.desired, options_.min_nodes, options_.max_nodes);
  if (bounded != wanted.desired) {
    wanted.reason = bounded > wanted.desired ? Reason::too_few_replicas : Reason::too_many_replicas;
    wanted.desired = bounded;
  }
  remember(time_s, wanted.desired - current);
  return wanted;
}

std::int64_t Limits::within_rate(std::int64_t current, std::int64_t desired) const {
  std::int64_t starts = 0, stops = 0;
  for (const Change& change : changes_) {
    starts += change.starts;
    stops += change.stops;
  }
  if (options_.max_starts) desired = std::min(desired, current + std::max<std::int64_t>(*options_.max_starts - starts, 0));
  if (options_.max_stops) desired = std::max(desired, current - std::max<std::int64_t>(*options_.max_stops - stops, 0));
  return desired;
}

void Limits::remember(double time_s, std::int64_t delta) {
  if (delta == 0) return;
  last_change_s_ = time_s;
  if (options_.max_starts || options_.max_stops)
    changes_.push_back({time_s, std::max<std::int64_t>(delta, 0), std::max<std::int64_t>(-delta, 0)});
}

io::Json Limits::state() const {
  io::Json state = io::Json::object();
  state["last_change_s"] = last_change_s_;  // null: none yet
  io::Json& changes = state["changes"] = io::Json::array();
  for (const Change& change : changes_)
    changes.push_back(io::Json::array(std::initializer_list<io::Json>{change.time_s, change.starts, change.stops}));
  return state;
}

void Limits::restore(const io::Json& state) {
  const io::Json& last = state.at("last_change_s");
  last_change_s_ = last.is_null() ? -std::numeric_limits<double>::infinity() : last.as_double();
  changes_.clear();
  for (const io::Json& change : state.at("changes").as_array())
    changes_.push_back({change.at(std::size_t{0}).as_double(), change.at(1).as_int(), change.at(2).as_int()});
}

}  // namespace daybreak::scaling
