#include "libcore/scaling/live/live_controller.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/scaling/live/decision.h"

namespace daybreak::scaling {
namespace {

constexpr double kMostNodes = 1e9;
constexpr double kClockSlack_s = 60;  // clocks of two machines differ a little
constexpr double kYear10000_s = 253'402'300'800;

bool is_a_time(const std::optional<double>& time_s) {
  return time_s && *time_s >= 0 && *time_s < kYear10000_s;
}

bool is_count(const std::optional<double>& value) {
  return !value || (*value >= 0 && *value <= kMostNodes && *value == std::floor(*value));
}

std::int64_t count_of(const std::optional<double>& value) {
  return static_cast<std::int64_t>(value.value_or(0));
}

io::Json optional_number(const std::optional<double>& value) {
  return value ? io::Json(*value) : io::Json();
}

}  // namespace

void LiveOptions::declare(OptionSink& sink) {
  sink.group("Live metrics");
  sink.duration("max-age", &max_age_s, "Metrics older than this change nothing");
  sink.duration("start-timeout", &start_timeout_s, "A node that has not come by then is not waited for");
  sink.count("nodes", &nodes, "N", "Nodes at the beginning, where the metrics do not say nodes_ready", OptionSink::Range{0, kMostNodes});
  sink.real("price", &price_per_hour, "USD", "Of a node and hour, for cost_per_hour", OptionSink::Range{0, 1e9});
}

std::optional<Reason> LiveController::fault_of(const Metrics& metrics, double now_s) const {
  if (!is_count(metrics.ready) || !is_count(metrics.pending) || !is_count(metrics.old)) return Reason::metrics_absurd;
  if (metrics.time_s && !is_a_time(metrics.time_s)) return Reason::metrics_absurd;
  if (metrics.simulated || !metrics.time_s) return std::nullopt;
  if (*metrics.time_s > now_s + kClockSlack_s) return Reason::metrics_absurd;
  if (*metrics.time_s < now_s - options_.max_age_s) return Reason::metrics_stale;
  return std::nullopt;
}

std::int64_t LiveController::known_nodes() const {
  return last_record_.is_null() ? options_.nodes.value_or(0) : last_record_.at("desired").as_int();
}

std::int64_t LiveController::started_since(double time_s) const {
  std::int64_t count = 0;
  for (const Start& start : starts_) count += start.time_s > time_s ? start.count : 0;
  return count;
}

/// Where the metrics do not count the nodes, the last decision was obeyed: what it started serves after the start delay.
Observation LiveController::observe(const Metrics& metrics, double time_s) const {
  Observation seen{.time_s = time_s, .arrivals = metrics.arrivals, .queue = metrics.queue, .utilization = metrics.utilization};
  seen.period_s = metrics.period_s.value_or(last_time_s_ && time_s > *last_time_s_ ? time_s - *last_time_s_ : setting_.period_s);
  const std::int64_t coming = std::min(started_since(time_s - setting_.start_delay_s), known_nodes());
  seen.ready = metrics.ready ? count_of(metrics.ready) : known_nodes() - coming;
  if (metrics.pending) seen.pending = count_of(metrics.pending);
  else if (!metrics.ready) seen.pending = coming;
  else seen.pending = std::clamp<std::int64_t>(known_nodes() - seen.ready, 0, started_since(time_s - options_.start_timeout_s));
  seen.old = count_of(metrics.old);
  return seen;
}

io::Json LiveController::decide(const Metrics& metrics, double now_s, const std::string& where) {
  if (!metrics.ready && last_record_.is_null() && !options_.nodes)
    throw data_error(where, "the metrics do not say how many nodes serve (nodes_ready)", "add it, or give --nodes N");
  const auto fault = fault_of(metrics, now_s);
  const double time_s = is_a_time(metrics.time_s) ? *metrics.time_s : now_s;
  Metrics trusted = metrics;
  if (fault == Reason::metrics_absurd) trusted.ready = trusted.pending = trusted.old = std::nullopt;
  const Observation seen = observe(trusted, time_s);
  const std::int64_t current = seen.ready + seen.pending;
  const Recommendation decided = fault ? controller_.hold(current, *fault) : controller_.decide(seen);
  if (!fault) remember(time_s, current, decided.desired);
  const std::int64_t id = last_record_.is_null() ? 1 : last_record_.at("decision_id").as_int() + 1;
  return last_record_ = decision_record(
             seen, decided, {controller_.policy().name(), id, options_.price_per_hour, options_.dry_run});
}

void LiveController::remember(double time_s, std::int64_t current, std::int64_t desired) {
  last_time_s_ = std::max(last_time_s_.value_or(time_s), time_s);
  std::erase_if(starts_, [&](const Start& start) { return start.time_s <= time_s - options_.start_timeout_s; });
  if (desired > current) starts_.push_back({time_s, desired - current});
  // What is canceled or released was the last to be asked for.
  for (std::int64_t gone = current - desired; gone > 0 && !starts_.empty();) {
    const std::int64_t taken = std::min(gone, starts_.back().count);
    gone -= taken;
    if ((starts_.back().count -= taken) == 0) starts_.pop_back();
  }
}

io::Json LiveController::state() const {
  io::Json state = io::Json::object();
  state["last_time_s"] = optional_number(last_time_s_);
  io::Json& starts = state["starts"] = io::Json::array();
  for (const Start& start : starts_) starts.push_back(io::Json::array(std::initializer_list<io::Json>{start.time_s, start.count}));
  state["controller"] = controller_.state();
  state["last_record"] = last_record_;
  return state;
}

void LiveController::restore(const io::Json& state) {
  if (const io::Json& time = state.at("last_time_s"); !time.is_null()) last_time_s_ = time.as_double();
  starts_.clear();
  for (const io::Json& start : state.at("starts").as_array())
    starts_.push_back({start.at(std::size_t{0}).as_double(), start.at(1).as_int()});
  controller_.restore(state.at("controller"));
  last_record_ = state.at("last_record");
}

}  // namespace daybreak::scaling
