#include "libcore/scaling/simulation/fluid.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400;
constexpr double kViolationWait = 60;   // seconds of work that may wait at the end of a slot
constexpr double kFlapWindow = 30 * 60;
/// Work that waits for a cluster without nodes waits for ever; reports say this instead of infinity.
constexpr double kForever = std::numeric_limits<double>::max();

/// Counts reversals of direction that follow each other closely.
class FlapCounter {
 public:
  void count(double time, std::int64_t change) {
    if (change == 0) return;
    const int direction = change > 0 ? 1 : -1;
    flaps_ += direction == -direction_ && time - last_ <= kFlapWindow;
    direction_ = direction;
    last_ = time;
  }
  double flaps() const { return static_cast<double>(flaps_); }

 private:
  int direction_ = 0;
  double last_ = 0;
  std::int64_t flaps_ = 0;
};

/// Waiting times weighted by the work that waited.
class WaitQuantiles {
 public:
  void add(double wait, double weight) {
    if (weight > 0) waits_.push_back({wait, weight});
    total_ += weight;
  }
  double at(double share) {
    std::sort(waits_.begin(), waits_.end());
    double seen = 0;
    for (const auto& [wait, weight] : waits_) {
      seen += weight;
      if (seen >= share * total_) return wait;
    }
    return 0;
  }

 private:
  std::vector<std::pair<double, double>> waits_;
  double total_ = 0;
};

}  // namespace

double service_rate(const ClusterOptions& cluster, const Trace& trace) {
  if (cluster.nodes_peak.has_value() == cluster.service_rate.has_value())
    throw usage_error("expected either --nodes-peak or --service-rate");
  if (cluster.service_rate) return *cluster.service_rate;
  if (!(trace.peak_rate > 0)) throw usage_error("--nodes-peak: the trace has no load at all", "give --service-rate");
  return trace.peak_rate / *cluster.nodes_peak;
}

std::int64_t nodes_for(double rate, double mu) {
  // A load that fills its nodes exactly must not ask for another one because of rounding.
  return static_cast<std::int64_t>(std::ceil(rate / mu * (1 - 1e-12)));
}

Setting setting_of(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits) {
  const double mu = service_rate(cluster, trace);
  return {.service_rate = mu,
          .period_s = trace.slot_s,
          .start_delay_s = cluster.start_delay_s,
          .start_cost_s = cluster.start_cost_min * 60,
          .band_low = cluster.band_low,
          .band_high = cluster.band_high,
          .min_nodes = limits.min_nodes,
          .max_nodes = limits.max_nodes,
          .peak_nodes = nodes_for(trace.peak_rate, mu * cluster.band_high)};
}

double band_feasible_share(const Trace& trace, double mu, const ClusterOptions& cluster, const LimitOptions& limits) {
  std::size_t feasible = 0;
  for (const double arrivals : trace.arrivals) {
    const double need = arrivals / trace.slot_s / mu;
    const auto enough = static_cast<std::int64_t>(std::ceil(need / cluster.band_high * (1 - 1e-12)));
    const std::int64_t fewest = std::max({enough, limits.min_nodes, std::int64_t{1}});
    feasible += fewest <= limits.max_nodes && need >= cluster.band_low * static_cast<double>(fewest) * (1 - 1e-12);
  }
  return static_cast<double>(feasible) / static_cast<double>(trace.arrivals.size());
}

namespace {

/// The fluid model between two decisions, and what it adds up to.
class Replay {
 public:
  Replay(const Trace& trace, const ClusterOptions& options, std::int64_t initial_nodes)
      : trace_(trace), options_(options), cluster_(options, initial_nodes), mu_(service_rate(options, trace)) {}

  /// Serves one slot and tells what can be seen at its end.
  Observation serve(std::size_t slot) {
    const double begin = static_cast<double>(slot) * trace_.slot_s, arrivals = trace_.arrivals[slot];
    cluster_.advance(begin);
    const auto nodes = static_cast<double>(cluster_.serving());
    const double capacity = nodes * mu_ * trace_.slot_s, work = queue_ + arrivals;
    served_ = std::min(work, capacity);
    const double utilization = capacity > 0 ? served_ / capacity : 0;
    queue_ = work - served_;
    const double wait = queue_ <= 0 ? 0 : nodes > 0 ? queue_ / (nodes * mu_) : kForever;
    waits_.add(wait, arrivals);
    violated_ += wait > kViolationWait;
    in_band_ += utilization >= options_.band_low && utilization <= options_.band_high;
    served_total_ += served_;
    capacity_total_ += capacity;
    node_slots_ += nodes + static_cast<double>(cluster_.pending());
    report_.queue_max = std::max(report_.queue_max, queue_);
    const double end = begin + trace_.slot_s;
    return {.time_s = end, .period_s = trace_.slot_s, .ready = cluster_.serving(), .pending = cluster_.pending(),
            .old = cluster_.older_than(end, kDay), .arrivals = arrivals, .queue = queue_, .utilization = utilization};
  }

  void obey(double time_s, std::int64_t desired) {
    const std::int64_t change = cluster_.scale_to(time_s, desired);
    flaps_.count(time_s, change);
    report_.starts += std::max<std::int64_t>(change, 0);
    report_.stops += std::max<std::int64_t>(-change, 0);
  }

  double served() const { return served_; }

  PolicyReport report(std::string_view policy) {
    const auto slots = static_cast<double>(trace_.arrivals.size());
    report_.policy = policy;
    report_.node_hours = node_slots_ * trace_.slot_s / 3600;
    report_.cost = node_slots_ * trace_.slot_s / 60 + options_.start_cost_min * static_cast<double>(report_.starts);
    report_.violated_share = static_cast<double>(violated_) / slots;
    report_.band_share = static_cast<double>(in_band_) / slots;
    report_.flaps_per_day = flaps_.flaps() / (slots * trace_.slot_s / kDay);
    report_.utilization_mean = capacity_total_ > 0 ? served_total_ / capacity_total_ : 0;
    report_.wait_p50_s = waits_.at(0.50);
    report_.wait_p99_s = waits_.at(0.99);
    return report_;
  }

 private:
  const Trace& trace_;
  const ClusterOptions& options_;
  Cluster cluster_;
  double mu_, queue_ = 0, served_ = 0, served_total_ = 0, capacity_total_ = 0, node_slots_ = 0;
  std::size_t violated_ = 0, in_band_ = 0;
  FlapCounter flaps_;
  WaitQuantiles waits_;
  PolicyReport report_;
};

}  // namespace

PolicyReport simulate_fluid(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller,
                            const StopToken& stop, const std::function<void(const SlotReport&)>& each_slot) {
  const std::int64_t needed = nodes_for(trace.arrivals.front() / trace.slot_s, service_rate(cluster, trace));
  const std::int64_t first = controller.policy().initial_nodes().value_or(needed);
  Replay replay(trace, cluster, std::clamp(first, limits.min_nodes, limits.max_nodes));
  for (std::size_t i = 0; i < trace.arrivals.size(); ++i) {
    if (i % 4096 == 0) stop.check();
    const Observation seen = replay.serve(i);
    const Recommendation decided = controller.decide(seen);
    if (each_slot)
      each_slot({seen.time_s - seen.period_s, *seen.arrivals, replay.served(), *seen.queue, *seen.utilization, seen.ready, seen.pending, seen, decided});
    replay.obey(seen.time_s, decided.desired);
  }
  return replay.report(controller.policy().name());
}

}  // namespace daybreak::scaling
