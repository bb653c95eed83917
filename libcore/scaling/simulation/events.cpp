#include "libcore/scaling/simulation/events.h"

#include <algorithm>

#include "libcore/scaling/simulation/ledger.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400;
/// As in the fluid model: jobs that wait for a cluster without nodes wait for ever.
constexpr double kForever = 1e15;

/// The event model between two decisions.
class Replay {
 public:
  Replay(const Trace& trace, JobSource& jobs, const MakeServers& make_servers, const ClusterOptions& options, std::int64_t initial_nodes)
      : trace_(trace),
        jobs_(jobs),
        cluster_(options, initial_nodes),
        ledger_(options, trace.slot_s),
        servers_(make_servers([this](double wait_s) { ledger_.waited(wait_s, 1); },
                              [this](double seconds, std::size_t holding) {
                                ledger_.drained(seconds, cluster_.holdings()[holding].price_per_hour);
                              })),
        mu_(service_rate(options, trace)) {}

  /// Serves one slot and tells what can be seen at its end.
  Observation serve(std::size_t slot) {
    const double begin = static_cast<double>(slot) * trace_.slot_s, end = begin + trace_.slot_s;
    cluster_.advance(begin);
    servers_->join(begin, cluster_.serving() - servers_->nodes());
    nodes_ = cluster_.serving();
    double arrivals = 0;
    for (auto block = jobs_.next(end); !block.empty(); block = jobs_.next(end)) {
      servers_->serve(block, end);
      arrivals += static_cast<double>(block.size());
    }
    work_ = servers_->end_slot(end);
    const auto nodes = static_cast<double>(nodes_), queue = static_cast<double>(servers_->waiting());
    const double capacity = nodes * static_cast<double>(servers_->places()) * trace_.slot_s;
    ledger_.slot(work_.busy_s, capacity, queue, queue <= 0 ? 0 : nodes > 0 ? queue / (nodes * mu_) : kForever);
    ledger_.charge(cluster_.holdings());
    const auto lost = cluster_.fail(trace_.slot_s);
    servers_->lose(end, lost);
    ledger_.failed(static_cast<std::int64_t>(lost.size()));
    return {.time_s = end, .period_s = trace_.slot_s, .ready = cluster_.serving(), .pending = cluster_.pending(),
            .old = cluster_.older_than(end, kDay), .arrivals = arrivals, .queue = queue,
            .utilization = capacity > 0 ? work_.busy_s / capacity : 0};
  }

  void obey(double time_s, std::int64_t desired) {
    ledger_.changed(time_s, cluster_.scale_to(time_s, desired));
    for (const std::size_t holding : cluster_.released()) servers_->release_oldest(time_s, holding);
  }

  SlotReport slot_report(const Observation& seen, const Recommendation& decided) const {
    const auto begun = static_cast<double>(work_.begun);
    return {seen.time_s - seen.period_s, *seen.arrivals, begun, *seen.queue, *seen.utilization, nodes_, seen.pending,
            begun > 0 ? work_.waited_s / begun : 0, seen, decided};
  }

  /// Once, in the end.
  PolicyReport report(std::string_view policy) {
    servers_->end_slot(kForever);
    return ledger_.report(policy, cluster_.holdings());
  }

 private:
  const Trace& trace_;
  JobSource& jobs_;
  Cluster cluster_;
  Ledger ledger_;
  std::unique_ptr<Servers> servers_;
  double mu_;
  std::int64_t nodes_ = 0;
  SlotWork work_;
};

}  // namespace

PolicyReport simulate_events(const Trace& trace, JobSource& jobs, const MakeServers& make_servers, const ClusterOptions& cluster,
                             const LimitOptions& limits, Controller& controller, const StopToken& stop, const EachSlot& each_slot) {
  const std::int64_t needed = nodes_for(trace.arrivals.front() / trace.slot_s, service_rate(cluster, trace));
  const std::int64_t first = controller.policy().initial_nodes().value_or(needed);
  Replay replay(trace, jobs, make_servers, cluster, std::clamp(first, limits.min_nodes, limits.max_nodes));
  for (std::size_t i = 0; i < trace.arrivals.size(); ++i) {
    stop.check();
    const Observation seen = replay.serve(i);
    const Recommendation decided = controller.decide(seen);
    if (each_slot) each_slot(replay.slot_report(seen, decided));
    replay.obey(seen.time_s, decided.desired);
  }
  return replay.report(controller.policy().name());
}

}  // namespace daybreak::scaling
