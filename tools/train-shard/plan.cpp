#include "tools/train-shard/plan.h"

#include <algorithm>

#include "libcore/model/parameters.h"
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"

namespace daybreak::train_shard {
namespace {

io::Json memory_record(const model::MemoryPlan& memory) {
  io::Json record;
  record["weight_bytes"] = memory.weights;
  record["weight_copy_bytes"] = memory.weight_copy;
  record["gradient_bytes"] = memory.gradients;
  record["moment_bytes"] = training_bytes(memory) - memory.total();
  record["activation_bytes"] = memory.activations;
  record["device_bytes"] = training_bytes(memory);
  return record;
}

io::Json plan_record(const RunOptions& options, const RunInputs& inputs) {
  const std::int64_t left = std::max<std::int64_t>(0, options.steps - inputs.beginning.state.step);
  const std::int64_t step_tokens = options.batch.batch * options.batch.context;
  const io::Json common = inputs.record(options);
  io::Json plan;
  plan["schema"] = records::kTrainSchema;
  plan["method"] = "run";
  plan["dry_run"] = true;
  for (const auto& [key, value] : common.as_object()) plan[key] = value;
  plan["validation_tokens"] = inputs.validation_range().count;
  plan["steps"] = options.steps;
  plan["steps_left"] = left;
  plan["batch"] = options.batch.batch;
  plan["micro_batch"] = options.batch.at_once();
  plan["context"] = options.batch.context;
  plan["tokens_per_step"] = step_tokens;
  plan["tokens_left"] = left * step_tokens;
  plan["epochs_left"] = static_cast<double>(left * step_tokens) / static_cast<double>(inputs.parts.training.count);
  plan["flops_per_token"] = model::training_flops_per_token(inputs.beginning.config, options.batch.context);
  plan["memory"] = memory_record(inputs.memory);
  return plan;
}

std::string plan_text(const RunInputs& inputs, const io::Json& plan) {
  const auto bytes = [&](const char* key) { return frame::bytes(plan.at("memory").at(key).as_double()); };
  const io::Json& from = plan.at("resumed_from");
  return frame::table({{"model", std::string(model::family_name(inputs.beginning.config.family))},
                       {"parameters", plan.at("model").at("parameters").dump()},
                       {"begins", from.is_null() ? "at the first step" : "after step " + from.dump()},
                       {"steps left", plan.at("steps_left").dump()},
                       {"sequences a step", plan.at("batch").dump()},
                       {"tokens a sequence", plan.at("context").dump()},
                       {"training tokens", plan.at("training_tokens").dump()},
                       {"validation tokens", plan.at("validation_tokens").dump()},
                       {"epochs left", frame::number(plan.at("epochs_left").as_double())},
                       {"device", std::string(inputs.device.info().name)},
                       {"formats", plan.at("precision").as_string()},
                       {"memory of weights", bytes("weight_bytes")},
                       {"memory of their copy", bytes("weight_copy_bytes")},
                       {"memory of gradients", bytes("gradient_bytes")},
                       {"memory of moments", bytes("moment_bytes")},
                       {"memory of activations", bytes("activation_bytes")},
                       {"memory of the device", bytes("device_bytes")}});
}

}  // namespace

void emit_plan(const RunOptions& options, const RunInputs& inputs, frame::Session& session) {
  const io::Json plan = plan_record(options, inputs);
  session.emit(plan, plan_text(inputs, plan));
}

}  // namespace daybreak::train_shard
