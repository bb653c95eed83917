#pragma once
// Half a block: a branch that leaves the residual stream through a norm and is added to it again.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "libcore/device/device.h"
#include "libcore/model/layers.h"

namespace daybreak::model {

/// What a backward pass hands from one branch to the one before it.
struct Backward {
  View residual_gradient;  // float32 [rows, width]: of the output, then of the input of a branch
  View norm_gradient;      // float32 [rows, width]: of a norm's output
  bool adds = false;       // products add to the gradients of their weights; else they write them
};

class Inspection;

/// out = in + projection(inner(norm(in))), where `inner` is what a family does between the two.
class Branch {
 public:
  virtual ~Branch() = default;
  /// in and out are float32 [rows, width].
  void forward(device::Device& device, Extent extent, View in, View out);
  /// What backward() needs of forward().
  void prepare(device::Device& device, Extent extent, View in);
  /// `in` as it was given to forward() or prepare(), whose results are still there; turns pass.residual_gradient from
  /// that of `out` into that of `in`, and computes the gradients of weights. May be repeated.
  void backward(device::Device& device, Extent extent, View in, const Backward& pass);

  /// What forward() or backward() has just computed, in its order.
  void show_forward(Inspection& inspection, std::int64_t rows, View out) const;
  void show_backward(Inspection& inspection, std::int64_t rows, const Backward& pass) const;

 protected:
  Branch(const LayerFactory& make, const std::string& norm, const std::string& projection);
  /// Each constructor names the products that read normed_ once.
  void set_readers(const LayerFactory& make, std::initializer_list<const Linear*> readers);

  /// From normed_ to inner_.
  virtual void inner_forward(device::Device& device, Extent extent) = 0;
  /// inner_ once more, where it is Recompute::gelu_norm's.
  virtual void activate(device::Device&, Extent) {}
  /// From the gradient of projection_'s output, in out_gradient_, to that of normed_, in pass.norm_gradient.
  virtual void inner_backward(device::Device& device, Extent extent, const Backward& pass) = 0;
  /// What these two have computed, but for the gradient of normed_.
  virtual void show_inner_forward(Inspection& inspection, std::int64_t rows) const = 0;
  virtual void show_inner_backward(Inspection& inspection, std::int64_t rows) const = 0;

  Norm norm_;
  Linear projection_;
  View normed_, inner_;  // of the forward pass: [rows, width], [rows, projection_.in]
  View out_gradient_;    // the residual stream's gradient as the operand of products

 private:
  void take_out_gradient(device::Device& device, std::int64_t rows, View residual_gradient);

  std::int64_t width_;
  bool computes_again_;
};

/// The two branches of a block; their memory comes from the factory's arenas.
struct Branches {
  std::unique_ptr<Branch> attention, mlp;
};

/// GPT-2's (Radford et al. 2019): LayerNorm, fused q, k, v, GELU, biases everywhere.
Branches gpt2_branches(const LayerFactory& make, std::int64_t layer);
/// Llama's (Touvron et al. 2023): RMSNorm, rotary positions, grouped queries, SwiGLU, no biases.
Branches llama_branches(const LayerFactory& make, std::int64_t layer);

}  // namespace daybreak::model
