#pragma once
// What a Transformer consists of. Built twice: to measure the memory, then in it.
#include <optional>
#include <vector>

#include "libcore/model/block.h"
#include "libcore/model/transformer.h"

namespace daybreak::model {

/// The layers of a model and all their memory.
struct Network {
  Network(const Config& config, const Precision& precision, const std::vector<Parameter>& table, std::int64_t batch,
          std::int64_t context, Arena& arena);

  FlatArrays flat;
  View tokens, targets, losses;    // [rows]: u32, u32, float32
  std::vector<View> residual;      // layers + 1 times float32 [rows, width]: before each block and after the last
  std::vector<Block> blocks;
  Norm final_norm;
  Linear head;
  View normed, logits;             // [rows, width] and [rows, vocabulary]
  std::optional<Scratch> scratch;
  View position_table, position_gradient;  // gpt2 alone
};

class Transformer::State {
 public:
  State(const Config& config, device::Device& device, const Precision& precision, std::int64_t batch, std::int64_t context);

  void forward(std::span<const std::uint32_t> tokens);
  void compute_logits();
  Loss cross_entropy(float gradient_scale);
  void set_targets(std::span<const std::uint32_t> targets);
  void backward();
  void refresh_copy();
  std::vector<float> read_logits(std::int64_t first_row, std::int64_t rows);
  std::vector<float> read_flat(View flat);

  const Config config;
  device::Device device;
  const Precision precision;
  const std::int64_t batch, context;
  const std::vector<Parameter> table;
  const std::int64_t flat_count;
  device::Buffer memory;
  std::optional<Network> network;
  Extent extent;                 // of the last forward pass; no rows: none yet
  bool has_logits = false;       // they become their own gradient in a backward pass
  bool has_targets = false;
  std::uint64_t counted = 0;     // targets that are not ignored

 private:
  /// What both passes of the embedding say in the same words.
  template <typename Arguments>
  Arguments embedding() const;
  void embed();
  void embed_backward();
};

}  // namespace daybreak::model
