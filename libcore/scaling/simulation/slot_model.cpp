#include "libcore/scaling/simulation/slot_model.h"

#include <algorithm>

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400;

std::int64_t initial_nodes(const Trace& trace, double mu, const LimitOptions& limits, const Policy& policy) {
  const std::int64_t needed = nodes_for(trace.arrivals.front() / trace.slot_s, mu);
  return std::clamp(policy.initial_nodes().value_or(needed), limits.min_nodes, limits.max_nodes);
}

}  // namespace

SlotModel::SlotModel(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller)
    : trace_(trace),
      cluster_(cluster, initial_nodes(trace, service_rate(cluster, trace), limits, controller.policy())),
      ledger_(cluster, trace.slot_s),
      mu_(service_rate(cluster, trace)),
      controller_(controller) {}

PolicyReport SlotModel::replay(const StopToken& stop, const EachSlot& each_slot) {
  for (std::size_t i = 0; i < trace_.arrivals.size(); ++i) {
    stop.check();
    const double begin = static_cast<double>(i) * trace_.slot_s, end = begin + trace_.slot_s;
    cluster_.advance(begin);
    const std::int64_t nodes = cluster_.serving();
    const Served work = serve(i, begin, end);
    ledger_.slot(work.busy, work.capacity, work.queue, backlog_s(work.queue));
    ledger_.charge(cluster_.holdings());
    ledger_.failed(cluster_.fail(trace_.slot_s, lost_places()));
    lose(end);
    const Observation seen = observe(work, end);
    const Recommendation decided = controller_.decide(seen);
    if (each_slot)
      each_slot({begin, work.arrivals, work.served, work.queue, *seen.utilization, nodes, seen.pending, work.wait_s, seen, decided});
    ledger_.changed(end, cluster_.scale_to(end, decided.desired));
    release(end, cluster_.released());
  }
  finish();
  return ledger_.report(controller_.policy().name(), cluster_.holdings());
}

Observation SlotModel::observe(const Served& work, double end_s) const {
  return {.time_s = end_s, .period_s = trace_.slot_s, .ready = cluster_.serving(), .pending = cluster_.pending(),
          .old = cluster_.older_than(end_s, kDay), .arrivals = work.arrivals, .queue = work.queue,
          .utilization = work.capacity > 0 ? work.busy / work.capacity : 0};
}

double SlotModel::backlog_s(double queue) const {
  const auto nodes = static_cast<double>(cluster_.serving());
  return queue <= 0 ? 0 : nodes > 0 ? queue / (nodes * mu_) : kForever;
}

}  // namespace daybreak::scaling
