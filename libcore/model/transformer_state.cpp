// The passes through the whole model.
#include "libcore/model/transformer_state.h"

#include "libcore/base/error.h"
#include "libcore/model/memory.h"

namespace daybreak::model {

Transformer::State::State(const Config& config_, device::Device& device_, const Precision& precision_, std::int64_t batch_,
                          std::int64_t context_)
    : config((check_request(config_, precision_, batch_, context_), config_)), device(device_), precision(precision_), batch(batch_),
      context(context_), table(parameter_table(config)), flat_count(model::flat_size(table)) {
  memory = device.allocate(plan_memory(config, precision, batch, context).total());
  Arena arena(memory.data());
  network.emplace(config, precision, table, batch, context, arena);
  memory.fill_zero();
}

template <typename Arguments>
Arguments Transformer::State::embedding() const {
  Arguments e{};
  e.tokens = extent.rows();
  e.width = config.width;
  e.vocabulary = config.vocabulary;
  e.positions = config.context;
  e.token = static_cast<const std::uint32_t*>(network->tokens.data);
  e.context = extent.context;
  return e;
}

void Transformer::State::embed() {
  const Network& n = *network;
  auto e = embedding<daybreak_embedding>();
  e.table = n.flat.weights.from(table.front().offset).data;
  e.position_table = n.position_table.data;
  e.table_type = DAYBREAK_F32;
  e.out = n.residual.front().data;
  e.out_type = DAYBREAK_F32;
  device.embedding_forward(e);
}

void Transformer::State::embed_backward() {
  const Network& n = *network;
  auto e = embedding<daybreak_embedding_backward>();
  e.out_gradient = n.scratch->residual_gradient.data;
  e.out_gradient_type = DAYBREAK_F32;
  e.table_gradient = n.flat.gradients.from(table.front().offset).f32();
  e.position_gradient = n.position_gradient.f32();
  device.embedding_backward(e);
}

void Transformer::State::forward(std::span<const std::uint32_t> tokens) {
  const auto count = static_cast<std::int64_t>(tokens.size());
  if (count == 0 || count % context != 0 || count > batch * context)
    throw Error(ExitStatus::bug, "expected 1 to " + std::to_string(batch) + " sequences of " + std::to_string(context) + " tokens, found " +
                                     std::to_string(count) + " tokens");
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i] >= static_cast<std::uint64_t>(config.vocabulary))
      throw data_error("tokens", "token " + std::to_string(tokens[i]) + " at position " + std::to_string(i) +
                                     " of the batch is outside the vocabulary of " + std::to_string(config.vocabulary),
                       "check that the data was made with this model's tokenizer");
  Network& n = *network;
  extent = {count / context, context};
  has_targets = false;
  device.copy_in(n.tokens.data, tokens.data(), tokens.size_bytes());
  embed();
  for (std::size_t i = 0; i < n.blocks.size(); ++i) n.blocks[i].forward(device, extent, n.residual[i], n.residual[i + 1]);
  n.final_norm.forward(device, extent.rows(), n.residual.back(), n.normed);
  compute_logits();
}

void Transformer::State::compute_logits() {
  if (extent.rows() == 0) throw Error(ExitStatus::bug, "there has been no forward pass");
  network->head.forward(device, extent.rows(), network->normed, network->logits);
  has_logits = true;
}

void Transformer::State::set_targets(std::span<const std::uint32_t> targets) {
  if (static_cast<std::int64_t>(targets.size()) != extent.rows() || targets.empty())
    throw Error(ExitStatus::bug, "expected as many targets as the forward pass had tokens, " + std::to_string(extent.rows()) + ", found " +
                                     std::to_string(targets.size()));
  counted = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i] == kIgnoredTarget) continue;
    if (targets[i] >= static_cast<std::uint64_t>(config.vocabulary))
      throw data_error("targets", "target " + std::to_string(targets[i]) + " at position " + std::to_string(i) +
                                      " of the batch is outside the vocabulary of " + std::to_string(config.vocabulary));
    ++counted;
  }
  device.copy_in(network->targets.data, targets.data(), targets.size_bytes());
  has_targets = true;
}

Loss Transformer::State::cross_entropy(float gradient_scale) {
  if (!has_targets) throw Error(ExitStatus::bug, "there are no targets for the last forward pass");
  if (!has_logits) compute_logits();
  daybreak_cross_entropy c{};
  c.rows = extent.rows();
  c.vocabulary = config.vocabulary;
  c.logits = network->logits.data;
  c.logits_type = network->logits.type;
  c.target = static_cast<const std::uint32_t*>(network->targets.data);
  c.ignored = kIgnoredTarget;
  c.loss = network->losses.f32();
  c.gradient_scale = gradient_scale;
  device.cross_entropy(c);
  if (gradient_scale != 0) has_logits = false;

  std::vector<float> losses(static_cast<std::size_t>(extent.rows()));
  device.copy_out(losses.data(), network->losses.data, losses.size() * sizeof(float));
  Loss loss{0, counted};
  for (const float value : losses) loss.sum += value;
  return loss;
}

void Transformer::State::backward() {
  Network& n = *network;
  const std::int64_t rows = extent.rows();
  const Scratch& scratch = *n.scratch;
  n.head.add_weight_gradient(device, rows, n.normed, n.logits);
  n.head.input_gradient(device, rows, n.logits, scratch.norm_gradient);
  device.fill_zero(scratch.residual_gradient.data, static_cast<std::size_t>(rows * config.width) * sizeof(float));
  n.final_norm.backward(device, rows, n.residual.back(), scratch.norm_gradient, scratch.residual_gradient);
  for (std::size_t i = n.blocks.size(); i-- > 0;) n.blocks[i].backward(device, extent, n.residual[i], scratch);
  embed_backward();
}

void Transformer::State::refresh_copy() {
  const FlatArrays& flat = network->flat;
  if (!flat.copy.data) return;
  daybreak_cast cast{};
  cast.count = flat_count;
  cast.x = flat.weights.data;
  cast.x_type = DAYBREAK_F32;
  cast.y = flat.copy.data;
  cast.y_type = flat.copy.type;
  device.cast(cast);
}

std::vector<float> Transformer::State::read_flat(View flat) {
  std::vector<float> values(static_cast<std::size_t>(flat_count));
  device.copy_out(values.data(), flat.data, values.size() * sizeof(float));
  return values;
}

}  // namespace daybreak::model
