#pragma once
// GPT-2's block (Radford et al. 2019): LayerNorm, fused q, k, v, GELU, biases everywhere.
#include "libcore/model/block.h"

namespace daybreak::model {

class Gpt2Block : public Block {
 public:
  Gpt2Block(const LayerFactory& make, std::int64_t layer);
  void forward(device::Device& device, Extent extent, View in, View out) override;
  void backward(device::Device& device, Extent extent, View in, const Scratch& scratch) override;

 private:
  Attention::Operands split(View qkv) const;
  void mlp_backward(device::Device& device, std::int64_t rows, const Scratch& scratch);
  void attention_backward(device::Device& device, Extent extent, View in, const Scratch& scratch);

  std::int64_t width_, mlp_width_;
  Norm norm_1_, norm_2_;
  Linear attention_in_, attention_out_, mlp_in_, mlp_out_;
  Attention attention_;
  // The types that the operands of the backward pass have.
  daybreak_dtype qkv_gradient_type_, hidden_gradient_type_, attention_out_type_, mlp_out_type_;
  // Kept from the forward pass, [rows, ...].
  View normed_1_, qkv_, attended_, middle_, normed_2_, hidden_, activated_;
};

}  // namespace daybreak::model
