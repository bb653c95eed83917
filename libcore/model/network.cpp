#include "libcore/model/transformer_state.h"

#include <algorithm>

namespace daybreak::model {
namespace {

/// Elements of the largest operand of any product in F8; 0 where there is none.
std::int64_t largest_f8_operand(const Config& config, const Precision& precision, const std::vector<Parameter>& table, std::int64_t rows) {
  std::int64_t largest = 0;
  for (const Parameter& parameter : table) {
    if (!parameter.is_gemm(config)) continue;
    const bool tied_head = parameter.role == Role::token_embedding;
    const GemmPrecision types = precision.of(tied_head ? "lm_head" : parameter.module());
    if (!is_f8(types.fprop) && !is_f8(types.dgrad) && !is_f8(types.wgrad)) continue;
    const auto widest = static_cast<std::int64_t>(std::max(parameter.shape[0], parameter.shape[1]));
    largest = std::max({largest, parameter.count, rows * widest});
  }
  return largest;
}

}  // namespace

Network::Network(const Config& config, const device::Device& device, const Precision& precision, const std::vector<Parameter>& table,
                 std::int64_t batch, std::int64_t context, const MemoryOptions& options, Arenas& arenas) {
  const std::int64_t rows = batch * context, count = flat_size(table);
  Arena& arena = arenas.lasting;
  flat.weights = arena.take(count, options.master_weights ? DAYBREAK_F32 : precision.activations());
  flat.gradients = arena.take(count, DAYBREAK_F32);
  if (options.master_weights && precision.activations() != DAYBREAK_F32) flat.copy = arena.take(count, precision.activations());
  if (const std::int64_t largest = largest_f8_operand(config, precision, table, rows)) {
    const std::int64_t room = operand_scratch_elements(largest);
    flat.operands = {arena.take(room, DAYBREAK_F32), arena.take(room, DAYBREAK_F32)};
  }
  tokens = arena.take(rows, DAYBREAK_U32);
  targets = arena.take(rows, DAYBREAK_U32);
  losses = arena.take(rows, DAYBREAK_F32);

  const auto stream = [&] { return arena.take(rows * config.width, DAYBREAK_F32); };
  for (std::int64_t layer = 0; layer <= config.layers; ++layer) residual.push_back(stream());
  pass.residual_gradient = stream();
  pass.norm_gradient = stream();
  const LayerFactory make(config, device, precision, table, flat, arenas, rows, options);
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    if (options.recompute == Recompute::block) arenas.blocks.rewind();
    blocks.emplace_back(make, layer);
  }
  head.emplace(make);
  if (config.family == Family::gpt2) {
    position_table = make.weight("transformer.wpe.weight");
    position_gradient = make.gradient("transformer.wpe.weight");
  }
}

}  // namespace daybreak::model
