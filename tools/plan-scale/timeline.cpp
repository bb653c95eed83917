#include "tools/plan-scale/timeline.h"

#include <charconv>

#include "libcore/io/json.h"
#include "libcore/scaling/live/decision.h"

namespace daybreak::plan_scale {

Timeline::Timeline(io::AtomicFile& file) : text_(file) {
  text_.add("policy,time_s,arrivals,served,queue,utilization,nodes,pending,wait_s\n");
}

void Timeline::add(std::string_view policy, const scaling::SlotReport& slot) {
  std::string row(policy);
  for (const double value : {slot.time_s, slot.arrivals, slot.served, slot.queue, slot.utilization, static_cast<double>(slot.nodes),
                             static_cast<double>(slot.pending), slot.wait_s}) {
    char text[32];
    row += ',';
    row.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  text_.add(row + "\n");
}

void MetricLines::add(const scaling::Observation& seen) {
  const auto measured = [](const std::optional<double>& value) { return value ? io::Json(*value) : io::Json(); };
  io::Json line;
  line["ts"] = seen.time_s;
  line["period_s"] = seen.period_s;
  line["nodes_ready"] = seen.ready;
  line["nodes_pending"] = seen.pending;
  line["nodes_old"] = seen.old;
  line["arrivals"] = measured(seen.arrivals);
  line["queue_length"] = measured(seen.queue);
  line["utilization"] = measured(seen.utilization);
  line["simulated"] = true;
  text_.add(line.dump() + "\n");
}

void DecisionLines::add(std::string_view policy, const scaling::Observation& seen, const scaling::Recommendation& decided) {
  const scaling::DecisionNote note{.policy = policy, .id = ++decisions_, .price_per_hour = std::nullopt};
  text_.add(scaling::decision_record(seen, decided, note).dump() + "\n");
}

}  // namespace daybreak::plan_scale
