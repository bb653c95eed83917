#include "libcore/scaling/live/decision.h"

#include <algorithm>

#include "libcore/records/decision_record.h"
#include "libcore/scaling/live/rfc3339.h"

namespace daybreak::scaling {
namespace {

io::Json optional_number(const std::optional<double>& value) {
  return value ? io::Json(*value) : io::Json();
}

io::Json action(const char* operation, std::int64_t count) {
  io::Json one = io::Json::object();
  one["op"] = operation;
  one["count"] = count;
  return one;
}

/// What has not come yet is canceled before what serves is released.
io::Json actions_of(std::int64_t delta, std::int64_t pending) {
  io::Json actions = io::Json::array();
  if (delta > 0) actions.push_back(action("start", delta));
  const std::int64_t canceled = std::min(pending, std::max<std::int64_t>(-delta, 0)),
                     released = std::max<std::int64_t>(-delta, 0) - canceled;
  if (canceled > 0) actions.push_back(action("cancel", canceled));
  if (released > 0) actions.push_back(action("release", released));
  return actions;
}

}  // namespace

io::Json decision_record(const Observation& seen, const Recommendation& decided, const DecisionNote& note) {
  const std::int64_t delta = decided.desired - seen.ready - seen.pending;
  io::Json record;
  record["schema"] = records::kDecisionSchema;
  record["ts"] = rfc3339(seen.time_s);
  record["policy"] = note.policy;
  record["current"] = seen.ready;
  record["pending"] = seen.pending;
  record["desired"] = decided.desired;
  record["delta"] = delta;
  record["reason"] = to_string(decided.reason);
  io::Json& metrics = record["metrics"] = io::Json::object();
  metrics["arrivals"] = optional_number(seen.arrivals);
  metrics["queue_length"] = optional_number(seen.queue);
  metrics["utilization"] = optional_number(seen.utilization);
  io::Json& numbers = record["numbers"] = io::Json::object();
  for (const Numbers::Entry& entry : decided.numbers.entries()) numbers[entry.name] = entry.value;
  record["actions"] = actions_of(delta, seen.pending);
  record["cost_per_hour"] = note.price_per_hour ? io::Json(*note.price_per_hour * static_cast<double>(decided.desired)) : io::Json();
  record["decision_id"] = note.id;
  record["dry_run"] = note.dry_run;
  return record;
}

}  // namespace daybreak::scaling
