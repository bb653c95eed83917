#pragma once
// Causal attention between the products around it, forward and backward.
#include <cstdint>

#include "libcore/device/device.h"
#include "libcore/model/layers.h"

namespace daybreak::model {

/// Causal attention of one block: its sizes, and what its backward pass needs.
struct Attention {
  explicit Attention(const LayerFactory& make);

  std::int64_t heads, kv_heads, head_width;
  View log_sum_exp;  // [batch, heads, context] of the last forward pass

  /// q [rows, heads, head_width], k and v [rows, kv_heads, head_width]; rows lie that many elements apart.
  struct Operands {
    View q, k, v;
    std::int64_t q_stride, kv_stride;
  };
  /// out: [rows, heads, head_width].
  void forward(device::Device& device, Extent extent, const Operands& operands, View out) const;
  /// Writes the gradients of q, k and v, from `out` as forward() left it.
  void backward(device::Device& device, Extent extent, const Operands& operands, View out, View out_gradient,
                const Operands& gradients) const;

 private:
  /// What both passes say in the same words.
  template <typename Arguments>
  Arguments arguments(Extent extent, const Operands& operands, View out) const;
};

}  // namespace daybreak::model
