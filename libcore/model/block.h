#pragma once
// One block of a transformer: attention and MLP, each behind a norm and added to the residual stream.
#include <cstdint>
#include <memory>

#include "libcore/device/device.h"
#include "libcore/model/layers.h"

namespace daybreak::model {

/// How much of the batch a pass computes.
struct Extent {
  std::int64_t sequences = 0, context = 0;
  std::int64_t rows() const { return sequences * context; }
};

/// Memory that all blocks share, one after the other, in a backward pass. Sizes are those of the widest use.
struct Scratch {
  Scratch(const LayerFactory& make);

  View residual_gradient;  // float32 [rows, width]: of the output, then of the input of a block
  View narrow;             // [rows, width]: residual_gradient as the operand of a product
  View norm_gradient;      // float32 [rows, width]: of a norm's output
  View attention_out;      // [rows, heads * head_width]: gradient of attention's output
  View wide[3];            // [rows, the widest of MLP and fused q, k, v]: gradients within the MLP, of q, k and v

  /// The residual stream's gradient as an operand of products in that type.
  View residual_as(device::Device& device, std::int64_t rows, std::int64_t width, daybreak_dtype type) const;
};

class Block {
 public:
  virtual ~Block() = default;
  /// The residual stream is float32 [rows, width]. What the backward pass needs is kept in the block's own memory.
  virtual void forward(device::Device& device, Extent extent, View in, View out) = 0;
  /// `in` as it was given to forward(); turns scratch.residual_gradient from that of `out` into that of `in`, and adds to
  /// the gradients of weights. May be repeated after one forward pass.
  virtual void backward(device::Device& device, Extent extent, View in, const Scratch& scratch) = 0;
};

/// The block of that index for the configuration's family; its memory comes from the factory's arena.
std::unique_ptr<Block> make_block(const LayerFactory& make, std::int64_t layer);

/// Causal attention of one block: sizes, and the parts of q, k and v within their buffers.
struct Attention {
  explicit Attention(const LayerFactory& make);

  std::int64_t heads, kv_heads, head_width;
  View log_sum_exp;  // [batch, heads, context] of the last forward pass

  struct Operands {
    View q, k, v;
    std::int64_t q_stride, kv_stride;
  };
  void forward(device::Device& device, Extent extent, const Operands& operands, View out) const;
  void backward(device::Device& device, Extent extent, const Operands& operands, View out, View out_gradient,
                const Operands& gradients) const;
};

}  // namespace daybreak::model
