#include "tools/train-shard/origin.h"

#include <algorithm>

#include "libcore/records/train_record.h"

namespace daybreak::train_shard {

void describe_origin(io::Json& record, const RunOptions& options, const device::Device& device, bool emulated,
                     const io::Json& identity, const Origin& origin) {
  record["device"] = device_record(device);
  record["precision"] = options.device.precision;
  record["emulated"] = emulated;
  record["identity"] = identity;
  record["resumed_from"] = origin.resumed ? io::Json(origin.state.step) : io::Json();
  record["changed"] = origin.changes;
}

io::Json plan_of(const io::Json& record, const RunOptions& options, const Origin& origin) {
  io::Json plan;
  plan["schema"] = records::kTrainSchema;
  plan["method"] = "run";
  plan["dry_run"] = true;
  for (const auto& [key, value] : record.as_object()) plan[key] = value;
  plan["steps"] = options.steps;
  plan["steps_left"] = std::max<std::int64_t>(0, options.steps - origin.state.step);
  plan["batch"] = options.batch.batch;
  return plan;
}

}  // namespace daybreak::train_shard
