#pragma once
// A transformer's forward and backward pass, written out as operations of a chip.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/device.h"
#include "libcore/model/config.h"
#include "libcore/model/memory.h"
#include "libcore/model/parameters.h"
#include "libcore/model/precision.h"

namespace daybreak::model {

/// Is told during a backward pass that none of the operations which it has yet to give to the device changes the gradients
/// from this element of the flat array on; the last time 0.
using GradientsDone = std::function<void(std::int64_t element)>;

/// A target that counts for nothing.
inline constexpr std::uint32_t kIgnoredTarget = 0xffffffff;

/// The sum of cross-entropy over the targets that count, in nats, and how many they are.
struct Loss {
  double sum = 0;
  std::uint64_t tokens = 0;
  double mean() const { return tokens == 0 ? 0 : sum / static_cast<double>(tokens); }
};

/// One replica on one device. All memory is allocated at construction (see arena_bytes()). Sequences lie one after the
/// other: tokens[sequences * context], sequences from 1 to batch. A training step of one micro-batch is
///   train(tokens, targets, 1 / tokens of the whole step)
/// and gradients add up until zero_gradients(). Results are the same bytes for every number of threads. Errors: Error
/// (data for a token outside the vocabulary, resources for too little memory, bug for calls out of order).
class Transformer {
 public:
  /// context at most config.context for gpt2. The device must outlive this.
  Transformer(const Config& config, device::Device& device, const Precision& precision, std::int64_t batch,
              std::int64_t context, const MemoryOptions& options = {});
  ~Transformer();
  Transformer(Transformer&&) noexcept;
  Transformer& operator=(Transformer&&) = delete;

  const Config& config() const;
  const std::vector<Parameter>& parameters() const;
  /// Elements of the flat arrays of weights and gradients, laid out as parameters() says.
  std::int64_t flat_size() const;
  std::int64_t batch() const;
  std::int64_t context() const;
  /// What was allocated on the device for weights, their copy, gradients, activations and scratch.
  std::size_t arena_bytes() const;

  // --- flat arrays ---
  void set_weights(std::span<const float> weights);  // [flat_size]; rounded to weight_type()
  std::vector<float> weights() const;
  std::vector<float> gradients() const;
  void zero_gradients();
  /// In the device's memory, [flat_size] each; of the gradients to be asked for again after each pass. Whoever changes
  /// the weights there keeps the copy up to date: by daybreak_adamw's own `copy` with weight_copy() and copy_type(), or by
  /// weights_changed() afterwards.
  void* device_weights();
  daybreak_dtype weight_type() const;  // float32, or bf16 without master weights
  float* device_gradients();
  /// Where these lie, for who overwrites them, or reads them after a pass; zero_gradients() alone does not make them zero.
  float* gradient_memory();
  /// The weights rounded to copy_type() for the products, [flat_size]; null where products read the float32 weights.
  void* weight_copy();
  daybreak_dtype copy_type() const;
  void weights_changed();
  /// The same where elements [begin, end) alone have changed.
  void weights_changed(std::int64_t begin, std::int64_t end);

  // --- passes ---
  /// All that logits, losses and gradients need, kept on the device.
  void forward_logits(std::span<const std::uint32_t> tokens);
  /// The loss of the last forward pass against targets (as many as tokens, kIgnoredTarget allowed).
  Loss loss(std::span<const std::uint32_t> targets);
  /// loss(), and gradient_scale * d(sum of losses)/d(weight) added to the gradients. May be called again with other
  /// targets after one forward pass: the activations are kept, and logits come back by one more product. A loss that is
  /// not finite is NaN.
  Loss loss_and_backward(std::span<const std::uint32_t> targets, float gradient_scale);
  /// forward_logits() and loss_and_backward() with a scale other than 0, which a chip that can record operations gives
  /// to the device as one graph from the second time on. done: called between the operations, which are then not recorded.
  Loss train(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets, float gradient_scale,
             const GradientsDone& done = {});
  /// forward_logits() and loss().
  Loss forward(std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets);
  /// loss_and_backward() with the targets of the last loss() or forward().
  void backward(float gradient_scale);
  /// Adds d(sum of logits * logit_gradients)/d(weight) of the last forward pass to the gradients, whatever the logits are
  /// used for; logit_gradients: [sequences * context, vocabulary].
  void backward_from(std::span<const float> logit_gradients);

  /// Both passes once more, looking at what each operation gives: the first weights, activations or gradients, in the
  /// order of computation, that are not all finite, as Inspection::found() says it; nothing where all are. Adds to the
  /// gradients as loss_and_backward() does.
  std::optional<std::string> first_not_finite(std::span<const std::uint32_t> tokens,
                                              std::span<const std::uint32_t> targets, float gradient_scale);

  // --- logits of the last forward pass as float32 ---
  std::vector<float> logits();  // [sequences * context, vocabulary]
  /// One position of one sequence: [vocabulary].
  std::vector<float> logits_at(std::int64_t sequence, std::int64_t position);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace daybreak::model
