#pragma once
// What a Transformer consists of. Built twice: to measure the memory, then in it.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "libcore/model/block.h"
#include "libcore/model/head.h"
#include "libcore/model/inspection.h"
#include "libcore/model/transformer.h"

namespace daybreak::model {

/// The layers of a model and all their memory.
struct Network {
  Network(const Config& config, const device::Device& device, const Precision& precision, const std::vector<Parameter>& table,
          std::int64_t batch, std::int64_t context, const MemoryOptions& options, Arenas& arenas);

  FlatArrays flat;
  View tokens, targets, losses;    // [rows]: u32, u32, float32
  std::vector<View> residual;      // layers + 1 times float32 [rows, width]: before each block and after the last
  std::vector<Block> blocks;
  std::optional<Head> head;
  Backward pass;
  View position_table, position_gradient;  // gpt2 alone
};

class Transformer::State {
 public:
  State(const Config& config, device::Device& device, const Precision& precision, std::int64_t batch, std::int64_t context,
        const MemoryOptions& options);

  void forward(std::span<const std::uint32_t> tokens);
  void set_targets(std::span<const std::uint32_t> targets);
  Loss loss();
  Loss loss_and_backward(float gradient_scale);
  Loss train(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets, float gradient_scale,
             const GradientsDone& done);
  std::optional<std::string> first_not_finite(std::span<const std::uint32_t> tokens,
                                              std::span<const std::uint32_t> targets, float gradient_scale);
  void backward_from(std::span<const float> logit_gradients);
  void refresh_copy(std::int64_t begin, std::int64_t end);
  /// Zero from here on, but not in memory before somebody looks: a backward pass writes in place of adding.
  void forget_gradients() { gradients_are_zero = true; }
  View gradients();
  std::vector<float> read_logits(std::int64_t first_row, std::int64_t rows);
  std::vector<float> read_flat(View flat);

  const Config config;
  device::Device device;
  const Precision precision;
  const std::int64_t batch, context;
  const MemoryOptions options;
  const std::vector<Parameter> table;
  const std::vector<std::int64_t> block_begins;
  const std::int64_t flat_count;
  device::Buffer memory;
  std::optional<Network> network;
  Extent extent;  // of the last forward pass; no rows: none yet

 private:
  /// What a recorded pass depends on: sequences, the scale of gradients, whether they are added to what is there.
  using PassKey = std::tuple<std::int64_t, float, bool>;

  void take_tokens(std::span<const std::uint32_t> tokens);
  void compute_forward();
  void compute_backward(float gradient_scale, const GradientsDone& done = {});
  void run_or_replay(const PassKey& key, const std::function<void()>& work);
  /// fill(piece) brings the logits' gradients of a piece to the head's logits().
  template <typename Fill>
  void backward(const Fill& fill, const GradientsDone& done = {});
  void begin_gradients();
  void blocks_backward(const GradientsDone& done);
  void require_forward() const;
  void require_targets() const;
  Loss sum_losses();
  /// What both passes of the embedding say in the same words.
  template <typename Arguments>
  Arguments embedding() const;
  void embed();
  void embed_backward();
  void show_embedding();
  void show_embedding_gradients();

  std::size_t prepared_block = 0;  // the one whose memory is as its forward pass left it, where blocks share it
  bool gradients_are_zero = true;
  bool has_targets = false;
  std::uint64_t counted = 0;       // targets that are not ignored
  Inspection* inspection = nullptr;  // of first_not_finite(), while it computes
  std::map<PassKey, device::Graph> recorded;  // a pass that ran once without being recorded is empty
};

template <typename Fill>
void Transformer::State::backward(const Fill& fill, const GradientsDone& done) {
  Network& n = *network;
  begin_gradients();
  device.fill_zero(n.pass.residual_gradient.data, static_cast<std::size_t>(extent.rows() * config.width) * sizeof(float));
  if (inspection) inspection->enter(Inspection::Pass::backward);
  n.head->for_each_piece(extent.rows(), [&](Head::Piece piece) {
    fill(piece);
    n.head->backward(device, piece, n.residual.back(), n.pass);
    if (inspection) n.head->show_backward(*inspection, piece, n.pass);
  });
  if (done) done(block_begins.back());
  blocks_backward(done);
  embed_backward();
  show_embedding_gradients();
  if (done) done(0);
}

}  // namespace daybreak::model
