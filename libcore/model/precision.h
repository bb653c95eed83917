#pragma once
// In which number format each product of a training step is computed: what a precision map turns into.
#include <map>
#include <string>
#include <string_view>

#include "kernels/device.h"
#include "libcore/model/config.h"

namespace daybreak::model {

/// The formats that the operands of a module's three products are rounded to; sums stay float32. Operands in F8 are scaled
/// into its range by groups, as multiply() in scaled_product.h says. fprop: output from input and weight; dgrad:
/// input's gradient from output's gradient and weight; wgrad: weight's gradient from input and output's gradient.
struct GemmPrecision {
  daybreak_dtype fprop = DAYBREAK_F32;
  daybreak_dtype dgrad = DAYBREAK_F32;
  daybreak_dtype wgrad = DAYBREAK_F32;
  bool operator==(const GemmPrecision&) const = default;
};

/// A default, exceptions by module, and the format in which activations are kept between operations. The residual
/// stream, statistics of norms, weights' masters and gradients are float32 always.
class Precision {
 public:
  /// All in float32.
  Precision() = default;
  Precision(GemmPrecision otherwise, daybreak_dtype activations, std::map<std::string, GemmPrecision> modules = {});
  /// One format (f32, bf16 or f16) for products and activations.
  static Precision uniform(daybreak_dtype type);
  /// Of a plain map from module to formats; activations are kept in what most products multiply in forward (bf16 for
  /// F8, the wider one where two are equal). Operands of a product that needs more are kept in float32 all the same.
  static Precision from_modules(const std::map<std::string, GemmPrecision>& modules, GemmPrecision otherwise);

  /// The formats of "transformer.h.0.attn.c_attn", "lm_head", ...: parameter names without ".weight". The head's product,
  /// "lm_head", is also called by the name of the embedding that it is tied to.
  GemmPrecision of(std::string_view module) const;
  daybreak_dtype activations() const { return activations_; }
  const GemmPrecision& otherwise() const { return otherwise_; }
  const std::map<std::string, GemmPrecision>& modules() const { return modules_; }

  /// Throws Error (data, naming the module and `where`) where a module is named that this model does not multiply by.
  void check(const Config& config, std::string_view where) const;

 private:
  GemmPrecision otherwise_;
  daybreak_dtype activations_ = DAYBREAK_F32;
  std::map<std::string, GemmPrecision> modules_;
};

/// "f32", "bf16", "f16", "f8_e4m3" or "f8_e5m2", or safetensors' upper-case spelling of it; Error (usage) for another.
daybreak_dtype parse_gemm_type(std::string_view name);
/// Safetensors' spelling, such as "BF16".
std::string_view gemm_type_name(daybreak_dtype type);

}  // namespace daybreak::model
