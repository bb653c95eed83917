#include "libcore/model/transformer_state.h"

namespace daybreak::model {

Network::Network(const Config& config, const Precision& precision, const std::vector<Parameter>& table, std::int64_t batch,
                 std::int64_t context, Arena& arena) {
  const std::int64_t rows = batch * context, count = flat_size(table);
  flat.weights = arena.take(count, DAYBREAK_F32);
  flat.gradients = arena.take(count, DAYBREAK_F32);
  if (precision.activations() != DAYBREAK_F32) flat.copy = arena.take(count, precision.activations());
  tokens = arena.take(rows, DAYBREAK_U32);
  targets = arena.take(rows, DAYBREAK_U32);
  losses = arena.take(rows, DAYBREAK_F32);

  const LayerFactory make(config, precision, table, flat, arena, rows);
  for (std::int64_t layer = 0; layer <= config.layers; ++layer) residual.push_back(make.activation(config.width, DAYBREAK_F32));
  for (std::int64_t layer = 0; layer < config.layers; ++layer) blocks.push_back(make_block(make, layer));
  const bool gpt2 = config.family == Family::gpt2;
  final_norm = make.norm(gpt2 ? "transformer.ln_f" : "model.norm");
  head = make.head();
  if (gpt2) {
    position_table = make.weight("transformer.wpe.weight");
    position_gradient = make.gradient("transformer.wpe.weight");
  }
  const GemmPrecision& types = head.precision;
  normed = make.activation(config.width, make.storage({types.fprop, types.wgrad}));
  // The logits become their own gradient, which the two products of the backward pass read.
  logits = make.activation(config.vocabulary, make.storage({types.fprop, types.dgrad, types.wgrad}));
  scratch.emplace(make);
}

}  // namespace daybreak::model
