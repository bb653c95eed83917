#include "libcore/model/memory.h"

#include "libcore/base/error.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {

void check_request(const Config& config, const Precision& precision, std::int64_t batch, std::int64_t context,
                   const MemoryOptions& options) {
  check_config(config, "model");
  precision.check(config, "precision map");
  if (batch < 1 || context < 1 || batch > (std::int64_t{1} << 31) / context)
    throw usage_error("expected a batch and a context of at least 1 and at most 2^31 tokens, found " +
                          std::to_string(batch) + " x " + std::to_string(context),
                      "give a smaller --batch");
  if (config.family == Family::gpt2 && context > config.context)
    throw usage_error("expected a context of at most " + std::to_string(config.context) +
                          ", the positions that this model has, found " + std::to_string(context),
                      "give a smaller --context");
  if (!options.master_weights && precision.activations() != DAYBREAK_BF16)
    throw usage_error("weights can do without a float32 master in bf16 alone", "choose --precision bf16, or --rounding nearest");
}

MemoryPlan plan_memory(const Config& config, const device::Device& device, const Precision& precision, std::int64_t batch,
                       std::int64_t context, const MemoryOptions& options) {
  check_request(config, precision, batch, context, options);
  const std::vector<Parameter> table = parameter_table(config);
  const auto piece = [count = flat_size(table)](daybreak_dtype type) {
    Arena alone(nullptr);
    alone.take(count, type);
    return alone.bytes();
  };
  Arenas arenas;
  const Network network(config, device, precision, table, batch, context, options, arenas);
  MemoryPlan plan;
  plan.weights = piece(network.flat.weights.type);
  plan.gradients = piece(network.flat.gradients.type);
  if (precision.activations() != DAYBREAK_F32 && options.master_weights) plan.weight_copy = piece(precision.activations());
  plan.activations = arenas.bytes() - plan.total();
  return plan;
}

}  // namespace daybreak::model
