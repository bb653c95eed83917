// The passes through the whole model.
#include "libcore/model/transformer_state.h"

#include <limits>

#include "libcore/base/error.h"
#include "libcore/device/values.h"

namespace daybreak::model {
namespace {

/// Where the parameters of each block begin, and those behind the last one.
std::vector<std::int64_t> begins_of_blocks(const std::vector<Parameter>& table) {
  std::vector<std::int64_t> begins;
  for (std::size_t i = 1; i < table.size(); ++i)
    if (table[i].layer != table[i - 1].layer) begins.push_back(table[i].offset);
  return begins;
}

}  // namespace

Transformer::State::State(const Config& config_, device::Device& device_, const Precision& precision_,
                          std::int64_t batch_, std::int64_t context_, const MemoryOptions& options_)
    : config((check_request(config_, precision_, batch_, context_, options_), config_)),
      device(device_),
      precision(precision_),
      batch(batch_),
      context(context_),
      options(options_),
      table(parameter_table(config)),
      block_begins(begins_of_blocks(table)),
      flat_count(model::flat_size(table)) {
  Arenas measured;
  const Network layout(config, device, precision, table, batch, context, options, measured);
  memory = device.allocate(measured.bytes());
  Arenas arenas(memory.data(), measured);
  network.emplace(config, device, precision, table, batch, context, options, arenas);
  // Activations and gradients are written before they are read.
  for (const View& flat : {network->flat.weights, network->flat.copy})
    if (flat.data) device.fill_zero(flat.data, static_cast<std::size_t>(flat_count) * device::bytes_of(flat.type));
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
  e.table_type = n.flat.weights.type;
  e.out = n.residual.front().data;
  e.out_type = DAYBREAK_F32;
  device.embedding_forward(e);
}

void Transformer::State::embed_backward() {
  const Network& n = *network;
  auto e = embedding<daybreak_embedding_backward>();
  e.out_gradient = n.pass.residual_gradient.data;
  e.out_gradient_type = DAYBREAK_F32;
  e.table_gradient = n.flat.gradients.from(table.front().offset).f32();
  e.position_gradient = n.position_gradient.f32();
  device.embedding_backward(e);
}

void Transformer::State::take_tokens(std::span<const std::uint32_t> tokens) {
  const auto count = static_cast<std::int64_t>(tokens.size());
  if (count == 0 || count % context != 0 || count > batch * context)
    throw Error(ExitStatus::bug, "expected 1 to " + std::to_string(batch) + " sequences of " + std::to_string(context) +
                                     " tokens, found " + std::to_string(count) + " tokens");
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens[i] >= static_cast<std::uint64_t>(config.vocabulary))
      throw data_error("tokens", "token " + std::to_string(tokens[i]) + " at position " + std::to_string(i) +
                                     " of the batch is outside the vocabulary of " + std::to_string(config.vocabulary),
                       "check that the data was made with this model's tokenizer");
  extent = {count / context, context};
  has_targets = false;
  network->head->forget();
  device.copy_in(network->tokens.data, tokens.data(), tokens.size_bytes());
}

void Transformer::State::compute_forward() {
  Network& n = *network;
  embed();
  show_embedding();
  for (std::size_t i = 0; i < n.blocks.size(); ++i) {
    if (inspection) inspection->enter(Inspection::Pass::forward, i);
    n.blocks[i].forward(device, extent, n.residual[i], n.residual[i + 1], inspection);
  }
  prepared_block = n.blocks.size() - 1;
}

void Transformer::State::forward(std::span<const std::uint32_t> tokens) {
  take_tokens(tokens);
  compute_forward();
}

void Transformer::State::require_forward() const {
  if (extent.rows() == 0) throw Error(ExitStatus::bug, "there has been no forward pass");
}

void Transformer::State::require_targets() const {
  if (!has_targets) throw Error(ExitStatus::bug, "there are no targets for the last forward pass");
}

void Transformer::State::set_targets(std::span<const std::uint32_t> targets) {
  if (static_cast<std::int64_t>(targets.size()) != extent.rows() || targets.empty())
    throw Error(ExitStatus::bug, "expected as many targets as the forward pass had tokens, " +
                                     std::to_string(extent.rows()) + ", found " + std::to_string(targets.size()));
  counted = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i] == kIgnoredTarget) continue;
    if (targets[i] >= static_cast<std::uint64_t>(config.vocabulary))
      throw data_error("targets", "target " + std::to_string(targets[i]) + " at position " + std::to_string(i) +
                                      " of the batch is outside the vocabulary of " +
                                      std::to_string(config.vocabulary));
    ++counted;
  }
  device.copy_in(network->targets.data, targets.data(), targets.size_bytes());
  has_targets = true;
}

Loss Transformer::State::sum_losses() {
  const View losses = network->losses;
  const auto result = device::statistics_of(device, losses.data, losses.type, extent.rows());
  return {result.not_finite == 0 ? result.sum : std::numeric_limits<double>::quiet_NaN(), counted};
}

Loss Transformer::State::loss() {
  require_targets();
  Network& n = *network;
  if (inspection) inspection->enter(Inspection::Pass::forward);
  n.head->for_each_piece(extent.rows(), [&](Head::Piece piece) {
    n.head->forward(device, piece, n.residual.back());
    if (inspection) n.head->show_forward(*inspection, piece);
    n.head->cross_entropy(device, piece, n.targets, n.losses, 0);
    if (inspection) inspection->show("losses", {}, n.losses.from(piece.first), piece.rows, 1);
  });
  return sum_losses();
}

Loss Transformer::State::loss_and_backward(float gradient_scale) {
  if (gradient_scale == 0) return loss();
  require_targets();
  compute_backward(gradient_scale);
  return sum_losses();
}

void Transformer::State::compute_backward(float gradient_scale, const GradientsDone& done) {
  Network& n = *network;
  backward([&](Head::Piece piece) {
    n.head->forward(device, piece, n.residual.back());
    n.head->cross_entropy(device, piece, n.targets, n.losses, gradient_scale);
    if (inspection) n.head->show_logit_gradient(*inspection, piece);
  }, done);
}

/// The first pass of a kind computes, so that the chip has chosen its ways and has its memory; the second is recorded.
void Transformer::State::run_or_replay(const PassKey& key, const std::function<void()>& work) {
  constexpr std::size_t kMostKinds = 8;  // a loss scale that changes leaves passes behind that never come again
  if (recorded.size() >= kMostKinds && !recorded.contains(key)) recorded.clear();
  const auto [pass, is_new] = recorded.try_emplace(key);
  if (is_new) return work();
  if (pass->second.empty()) pass->second = device.capture(work);
  pass->second.replay();
}

Loss Transformer::State::train(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets,
                               float gradient_scale, const GradientsDone& done) {
  take_tokens(tokens);
  set_targets(targets);
  const auto work = [&] {
    compute_forward();
    compute_backward(gradient_scale, done);
  };
  if (device.can_capture() && !done) run_or_replay({extent.sequences, gradient_scale, !gradients_are_zero}, work);
  else work();
  // As computing leaves it, which a replay does not.
  prepared_block = 0;
  gradients_are_zero = false;
  network->head->forget();
  return sum_losses();
}

/// The gradients that products write are left as they are; those that are added to become zero, and so does what lies
/// between tensors.
void Transformer::State::begin_gradients() {
  network->pass.adds = !gradients_are_zero;
  if (!gradients_are_zero) return;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::int64_t begin = table[i].offset + (table[i].is_gemm(config) ? table[i].count : 0);
    const std::int64_t end = i + 1 < table.size() ? table[i + 1].offset : flat_count;
    if (begin < end)
      device.fill_zero(network->flat.gradients.from(begin).data, static_cast<std::size_t>(end - begin) * sizeof(float));
  }
  gradients_are_zero = false;
}

void Transformer::State::blocks_backward(const GradientsDone& done) {
  Network& n = *network;
  for (std::size_t i = n.blocks.size(); i-- > 0;) {
    if (options.recompute == Recompute::block && i != prepared_block)
      n.blocks[i].prepare(device, extent, n.residual[i]);
    prepared_block = i;
    if (inspection) inspection->enter(Inspection::Pass::backward, i);
    n.blocks[i].backward(device, extent, n.residual[i], n.pass, inspection);
    if (done) done(block_begins[i]);
  }
}

void Transformer::State::show_embedding() {
  if (!inspection) return;
  const Network& n = *network;
  inspection->enter(Inspection::Pass::forward);
  const Parameter& tokens = table.front();
  inspection->show("weights", tokens.module(), n.flat.weights.from(tokens.offset), config.vocabulary, config.width);
  inspection->show("weights", "transformer.wpe", n.position_table, config.context, config.width);
  inspection->show("embedding", tokens.module(), n.residual.front(), extent.rows(), config.width);
}

void Transformer::State::show_embedding_gradients() {
  if (!inspection) return;
  const Network& n = *network;
  inspection->enter(Inspection::Pass::backward);
  const Parameter& tokens = table.front();
  const View gradient = n.flat.gradients.from(tokens.offset);
  inspection->show("gradient of the weights", tokens.module(), gradient, config.vocabulary, config.width);
  inspection->show("gradient of the weights", "transformer.wpe", n.position_gradient, config.context, config.width);
}

std::optional<std::string> Transformer::State::first_not_finite(std::span<const std::uint32_t> tokens,
                                                                std::span<const std::uint32_t> targets,
                                                                float gradient_scale) {
  Inspection looking(device);
  const auto stop = [this](Inspection*) { inspection = nullptr; };
  const std::unique_ptr<Inspection, decltype(stop)> shown(inspection = &looking, stop);
  forward(tokens);
  set_targets(targets);
  loss();
  loss_and_backward(gradient_scale);
  return looking.found();
}

View Transformer::State::gradients() {
  const View flat = network->flat.gradients;
  if (gradients_are_zero) device.fill_zero(flat.data, static_cast<std::size_t>(flat_count) * sizeof(float));
  gradients_are_zero = false;
  return flat;
}

void Transformer::State::refresh_copy(std::int64_t begin, std::int64_t end) {
  const FlatArrays& flat = network->flat;
  if (!flat.copy.data) return;
  daybreak_cast cast{};
  cast.count = end - begin;
  cast.x = flat.weights.from(begin).data;
  cast.x_type = flat.weights.type;
  cast.y = flat.copy.from(begin).data;
  cast.y_type = flat.copy.type;
  device.cast(cast);
}

std::vector<float> Transformer::State::read_flat(View flat) {
  std::vector<float> values(static_cast<std::size_t>(flat_count));
  device::read_values(device, flat.data, flat.type, values);
  return values;
}

}  // namespace daybreak::model
