#pragma once
// Llama's block (Touvron et al. 2023): RMSNorm, rotary positions, grouped queries, SwiGLU, no biases.
#include "libcore/model/block.h"

namespace daybreak::model {

class LlamaBlock : public Block {
 public:
  LlamaBlock(const LayerFactory& make, std::int64_t layer);
  void forward(device::Device& device, Extent extent, View in, View out) override;
  void backward(device::Device& device, Extent extent, View in, const Scratch& scratch) override;

 private:
  Attention::Operands operands(View q, View k, View v) const { return {q, k, v, q_width_, kv_width_}; }
  /// Turns x [rows, heads, head_width] by its positions, or back.
  void rotate(device::Device& device, Extent extent, View x, std::int64_t heads, int direction) const;
  void mlp_backward(device::Device& device, std::int64_t rows, const Scratch& scratch);
  void attention_backward(device::Device& device, Extent extent, View in, const Scratch& scratch);

  std::int64_t width_, mlp_width_, q_width_, kv_width_;
  float rope_base_;
  Norm norm_1_, norm_2_;
  Linear q_in_, k_in_, v_in_, attention_out_, gate_in_, up_in_, mlp_out_;
  Attention attention_;
  // The types that the operands of the backward pass have.
  daybreak_dtype qkv_gradient_type_, hidden_gradient_type_, attention_out_type_, mlp_out_type_;
  // Kept from the forward pass, [rows, ...]; q and k are rotated.
  View normed_1_, q_, k_, v_, attended_, middle_, normed_2_, gate_, up_, activated_;
};

}  // namespace daybreak::model
