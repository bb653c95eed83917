#pragma once
// Finds where a pass went wrong: what is shown to it comes in the order of computation.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/device/device.h"
#include "libcore/model/layers.h"

namespace daybreak::model {

/// Keeps the first tensor that holds something not finite, and passes over all that are shown after it.
class Inspection {
 public:
  enum class Pass { forward, backward };

  explicit Inspection(device::Device& device) : device_(device) {}

  /// What is shown from here on belongs to this pass and layer; no layer: before or after the blocks.
  void enter(Pass pass, std::optional<std::size_t> layer = std::nullopt) { pass_ = pass, layer_ = layer; }
  /// A matrix [rows, width] of the device. what: in words; module: which part of the model it comes from.
  void show(std::string_view what, std::string_view module, View matrix, std::int64_t rows, std::int64_t width);
  /// What a layer reads beside its input, then what it gives [rows, ...].
  void show_product(std::string_view what, const Linear& layer, View y, std::int64_t rows);
  void show_norm(const Norm& layer, View y, std::int64_t rows);
  /// The gradients of a layer's weights.
  void show_gradients(const Linear& layer);
  void show_gradients(const Norm& layer);

  /// "forward, layer 3 attention output (transformer.h.3.attn): 2 of 4096 numbers are not finite"; nothing: all is
  /// finite.
  const std::optional<std::string>& found() const { return found_; }

 private:
  std::uint64_t not_finite(View matrix, std::int64_t rows, std::int64_t width);

  device::Device& device_;
  Pass pass_ = Pass::forward;
  std::optional<std::size_t> layer_;
  std::optional<std::string> found_;
};

/// "transformer.h.3.attn" of "transformer.h.3.attn.c_proj".
std::string_view module_around(std::string_view module);

}  // namespace daybreak::model
