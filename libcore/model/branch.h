#pragma once
// Half a block: a branch that leaves the residual stream through a norm and is added to it again.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "libcore/device/device.h"
#include "libcore/model/layers.h"

namespace daybreak::model {

/// Memory that all branches share, one after the other, in a backward pass. Sizes are those of the widest use.
struct Scratch {
  Scratch(const LayerFactory& make);

  View residual_gradient;  // float32 [rows, width]: of the output, then of the input of a branch
  View narrow;             // [rows, width]: residual_gradient as the operand of a product
  View norm_gradient;      // float32 [rows, width]: of a norm's output
  View attention_out;      // [rows, heads * head_width]: gradient of attention's output
  View wide[3];            // [rows, the widest of MLP and fused q, k, v]: gradients within the MLP, of q, k and v

  /// The residual stream's gradient as an operand of products in that type.
  View residual_as(device::Device& device, std::int64_t rows, std::int64_t width, daybreak_dtype type) const;
};

/// out = in + projection(inner(norm(in))), where `inner` is what a family does between the two.
class Branch {
 public:
  virtual ~Branch() = default;
  /// in and out are float32 [rows, width]. What the backward pass needs is kept in the branch's own memory.
  void forward(device::Device& device, Extent extent, View in, View out);
  /// `in` as it was given to forward(); turns scratch.residual_gradient from that of `out` into that of `in`, and
  /// adds to the gradients of weights. May be repeated after one forward pass.
  void backward(device::Device& device, Extent extent, View in, const Scratch& scratch);

 protected:
  Branch(const LayerFactory& make, const std::string& norm, const std::string& projection);
  /// Each constructor names the products that read normed_ once: they decide its type and inner_gradient_type_.
  void set_readers(const LayerFactory& make, std::initializer_list<const Linear*> readers);

  /// From normed_ to inner_.
  virtual void inner_forward(device::Device& device, Extent extent) = 0;
  /// From the gradient of projection_'s output to that of normed_, which goes to scratch.norm_gradient.
  virtual void inner_backward(device::Device& device, Extent extent, View out_gradient, const Scratch& scratch) = 0;

  Norm norm_;
  Linear projection_;
  View normed_, inner_;  // kept from the forward pass: [rows, width], [rows, projection_.in]
  daybreak_dtype inner_gradient_type_ = DAYBREAK_F32;

 private:
  std::int64_t width_;
  daybreak_dtype out_gradient_type_;
};

/// The two branches of a block; their memory comes from the factory's arena.
struct Branches {
  std::unique_ptr<Branch> attention, mlp;
};

/// GPT-2's (Radford et al. 2019): LayerNorm, fused q, k, v, GELU, biases everywhere.
Branches gpt2_branches(const LayerFactory& make, std::int64_t layer);
/// Llama's (Touvron et al. 2023): RMSNorm, rotary positions, grouped queries, SwiGLU, no biases.
Branches llama_branches(const LayerFactory& make, std::int64_t layer);

}  // namespace daybreak::model
