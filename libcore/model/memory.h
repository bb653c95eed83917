#pragma once
// What a transformer takes on its device, before there is one, and the choices that decide it.
#include <cstddef>
#include <cstdint>

#include "libcore/model/config.h"
#include "libcore/model/precision.h"

namespace daybreak::device {
class Device;
}

namespace daybreak::model {

/// What a backward pass computes once more in place of keeping it: nothing; the outputs of norms and activation functions,
/// which cost no product; or all of a block but its input, which costs another forward pass. The results are the same
/// bytes (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).
enum class Recompute { none, gelu_norm, block };

struct MemoryOptions {
  Recompute recompute = Recompute::none;
  /// Weights are kept in float32, beside a copy in the type of the activations; else in bf16 alone, which is then the type
  /// of the activations.
  bool master_weights = true;
  /// Positions whose logits are in memory at the same time, at most; 0: as few as keep the device busy.
  std::int64_t logit_rows = 0;
};

/// Bytes on the device.
struct MemoryPlan {
  std::size_t weights = 0;
  std::size_t weight_copy = 0;  // of float32 weights in the type of the activations; 0 where that is float32
  std::size_t gradients = 0;    // of the weights, float32
  std::size_t activations = 0;  // with their gradients, logits and scratch
  std::size_t total() const { return weights + weight_copy + gradients + activations; }
};

/// What a Transformer of this shape allocates: total() is its arena_bytes(). Errors as those of its constructor.
MemoryPlan plan_memory(const Config& config, const device::Device& device, const Precision& precision, std::int64_t batch,
                       std::int64_t context, const MemoryOptions& options = {});

/// Throws Error (usage, data) for a shape, formats, a batch, a context or options that no Transformer has.
void check_request(const Config& config, const Precision& precision, std::int64_t batch, std::int64_t context,
                   const MemoryOptions& options);

}  // namespace daybreak::model
