#include "libcore/scaling/simulation/fluid.h"

#include <algorithm>

#include "libcore/scaling/simulation/ledger.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400;
/// Work that waits for a cluster without nodes waits for ever; reports say this many seconds instead of infinity.
constexpr double kForever = 1e15;

/// The fluid model between two decisions.
class Replay {
 public:
  Replay(const Trace& trace, const ClusterOptions& options, std::int64_t initial_nodes)
      : trace_(trace), cluster_(options, initial_nodes), ledger_(options, trace.slot_s), mu_(service_rate(options, trace)) {}

  /// Serves one slot and tells what can be seen at its end.
  Observation serve(std::size_t slot) {
    const double begin = static_cast<double>(slot) * trace_.slot_s, end = begin + trace_.slot_s;
    const double arrivals = trace_.arrivals[slot];
    cluster_.advance(begin);
    nodes_ = cluster_.serving();
    const auto nodes = static_cast<double>(nodes_);
    const double capacity = nodes * mu_ * trace_.slot_s, work = queue_ + arrivals;
    served_ = std::min(work, capacity);
    queue_ = work - served_;
    wait_s_ = queue_ <= 0 ? 0 : nodes > 0 ? queue_ / (nodes * mu_) : kForever;
    ledger_.waited(wait_s_, arrivals);
    ledger_.slot(served_, capacity, queue_, wait_s_);
    ledger_.charge(cluster_.holdings());
    ledger_.failed(static_cast<std::int64_t>(cluster_.fail(trace_.slot_s).size()));
    return {.time_s = end, .period_s = trace_.slot_s, .ready = cluster_.serving(), .pending = cluster_.pending(),
            .old = cluster_.older_than(end, kDay), .arrivals = arrivals, .queue = queue_,
            .utilization = capacity > 0 ? served_ / capacity : 0};
  }

  void obey(double time_s, std::int64_t desired) { ledger_.changed(time_s, cluster_.scale_to(time_s, desired)); }

  SlotReport slot_report(const Observation& seen, const Recommendation& decided) const {
    return {seen.time_s - seen.period_s, *seen.arrivals, served_, *seen.queue, *seen.utilization, nodes_, seen.pending, wait_s_,
            seen, decided};
  }

  PolicyReport report(std::string_view policy) const { return ledger_.report(policy, cluster_.holdings()); }

 private:
  const Trace& trace_;
  Cluster cluster_;
  Ledger ledger_;
  std::int64_t nodes_ = 0;
  double mu_, queue_ = 0, served_ = 0, wait_s_ = 0;
};

}  // namespace

PolicyReport simulate_fluid(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller,
                            const StopToken& stop, const EachSlot& each_slot) {
  const std::int64_t needed = nodes_for(trace.arrivals.front() / trace.slot_s, service_rate(cluster, trace));
  const std::int64_t first = controller.policy().initial_nodes().value_or(needed);
  Replay replay(trace, cluster, std::clamp(first, limits.min_nodes, limits.max_nodes));
  for (std::size_t i = 0; i < trace.arrivals.size(); ++i) {
    if (i % 4096 == 0) stop.check();
    const Observation seen = replay.serve(i);
    const Recommendation decided = controller.decide(seen);
    if (each_slot) each_slot(replay.slot_report(seen, decided));
    replay.obey(seen.time_s, decided.desired);
  }
  return replay.report(controller.policy().name());
}

}  // namespace daybreak::scaling
