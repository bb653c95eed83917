#include "tools/train-shard/plan.h"

#include "libcore/model/parameters.h"
#include "tools/frame/text.h"

namespace daybreak::train_shard {
namespace {

io::Json memory_record(const training::TrainingMemory& memory) {
  io::Json record;
  record["recompute"] = training::recompute_name(memory.recompute);
  record["weight_bytes"] = memory.model.weights;
  record["weight_copy_bytes"] = memory.model.weight_copy;
  record["gradient_bytes"] = memory.model.gradients;
  record["moment_bytes"] = memory.optimizer;
  record["sum_bytes"] = memory.sums;
  record["activation_bytes"] = memory.model.activations;
  record["device_bytes"] = memory.total();
  return record;
}

io::Json plan_record(const RunOptions& options, const RunInputs& inputs, const io::Json& ranks) {
  io::Json plan = plan_of(inputs.record(options), options, inputs.beginning);
  const std::int64_t left = plan.at("steps_left").as_int(), step_tokens = options.batch.batch * options.batch.context;
  plan["validation_tokens"] = inputs.validation_range().count;
  plan["micro_batch"] = options.batch.at_once();
  plan["context"] = options.batch.context;
  plan["tokens_per_step"] = step_tokens;
  plan["tokens_left"] = left * step_tokens;
  plan["epochs_left"] = static_cast<double>(left * step_tokens) / static_cast<double>(inputs.parts.training.count);
  plan["flops_per_token"] = model::training_flops_per_token(inputs.beginning.config, options.batch.context);
  plan["memory"] = memory_record(inputs.memory);
  plan["ranks"] = ranks;
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
                       {"ranks", std::to_string(plan.at("ranks").size())},
                       {"device", std::string(inputs.device.info().name)},
                       {"formats", plan.at("precision").as_string()},
                       {"computed again", plan.at("memory").at("recompute").as_string()},
                       {"memory of weights", bytes("weight_bytes")},
                       {"memory of their copy", bytes("weight_copy_bytes")},
                       {"memory of gradients", bytes("gradient_bytes")},
                       {"memory of moments", bytes("moment_bytes")},
                       {"memory of sums", bytes("sum_bytes")},
                       {"memory of activations", bytes("activation_bytes")},
                       {"memory of the device", bytes("device_bytes")}});
}

}  // namespace

void emit_plan(const RunOptions& options, const RunInputs& inputs, const io::Json& ranks, frame::Session& session) {
  const io::Json plan = plan_record(options, inputs, ranks);
  session.emit(plan, plan_text(inputs, plan));
}

}  // namespace daybreak::train_shard
