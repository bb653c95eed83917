#include "libcore/scaling/simulation.h"

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
  void count(double time, Decision decision) {
    if (decision == 0) return;
    const int direction = decision > 0 ? 1 : -1;
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

double band_feasible_share(const Trace& trace, double mu, const ClusterOptions& cluster) {
  std::size_t feasible = 0;
  for (const double arrivals : trace.arrivals) {
    const double need = arrivals / trace.slot_s / mu;
    const auto fewest = std::max(static_cast<std::int64_t>(std::ceil(need / cluster.band_high * (1 - 1e-12))), std::max<std::int64_t>(cluster.min_nodes, 1));
    feasible += fewest <= cluster.max_nodes && need >= cluster.band_low * static_cast<double>(fewest) * (1 - 1e-12);
  }
  return static_cast<double>(feasible) / static_cast<double>(trace.arrivals.size());
}

PolicyReport simulate(const Trace& trace, const ClusterOptions& options, Policy& policy, const StopToken& stop,
                      const std::function<void(const SlotReport&)>& each_slot) {
  const double mu = service_rate(options, trace), slot = trace.slot_s;
  const std::int64_t first = policy.initial_nodes().value_or(nodes_for(trace.arrivals.front() / slot, mu));
  Cluster cluster(options, std::clamp(first, options.min_nodes, options.max_nodes));
  PolicyReport report;
  report.policy = policy.name();
  FlapCounter flaps;
  WaitQuantiles waits;
  double queue = 0, served_total = 0, capacity_total = 0, node_slots = 0;
  std::size_t violated = 0, in_band = 0;
  for (std::size_t i = 0; i < trace.arrivals.size(); ++i) {
    if (i % 4096 == 0) stop.check();
    const double time = static_cast<double>(i) * slot, end = time + slot;
    cluster.advance(time);
    const auto nodes = static_cast<double>(cluster.serving());
    const double capacity = nodes * mu * slot, work = queue + trace.arrivals[i];
    const double served = std::min(work, capacity), utilization = capacity > 0 ? served / capacity : 0;
    queue = work - served;
    const double wait = queue <= 0 ? 0 : nodes > 0 ? queue / (nodes * mu) : kForever;
    waits.add(wait, trace.arrivals[i]);
    violated += wait > kViolationWait;
    in_band += utilization >= options.band_low && utilization <= options.band_high;
    served_total += served;
    capacity_total += capacity;
    node_slots += nodes + static_cast<double>(cluster.pending());
    report.queue_max = std::max(report.queue_max, queue);
    if (each_slot) each_slot({time, trace.arrivals[i], served, queue, utilization, cluster.serving(), cluster.pending()});
    const Decision done = cluster.apply(end, policy.decide({cluster.serving(), cluster.pending(), queue, trace.arrivals[i], mu, slot,
                                                            cluster.older_than(end, kDay)}));
    flaps.count(end, done);
    report.starts += std::max<Decision>(done, 0);
    report.stops += std::max<Decision>(-done, 0);
  }
  const auto slots = static_cast<double>(trace.arrivals.size());
  report.node_hours = node_slots * slot / 3600;
  report.cost = node_slots * slot / 60 + options.start_cost_min * static_cast<double>(report.starts);
  report.violated_share = static_cast<double>(violated) / slots;
  report.band_share = static_cast<double>(in_band) / slots;
  report.flaps_per_day = flaps.flaps() / (slots * slot / kDay);
  report.utilization_mean = capacity_total > 0 ? served_total / capacity_total : 0;
  report.wait_p50_s = waits.at(0.50);
  report.wait_p99_s = waits.at(0.99);
  return report;
}

}  // namespace daybreak::scaling
