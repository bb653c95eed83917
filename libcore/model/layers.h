#pragma once
// The layers with weights that all families share: products and normalizations, each forward and backward.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/arena.h"
#include "libcore/model/parameters.h"
#include "libcore/model/precision.h"
#include "libcore/model/scaled_product.h"

namespace daybreak::model {

/// Where the flat arrays lie on the device.
struct FlatArrays {
  View weights, gradients;  // float32
  View copy;                // of the weights in a type of 16 bits; null without one
  OperandScratch operands;  // shared by all products in F8
};

/// The format in which an operand of products in `types` is kept: one of 16 bits where every product rounds to it (or to
/// an F8, whose own rounding is coarser), else float32. `activations` decides where all are F8, and float32 there holds
/// for all.
daybreak_dtype storage_type(const std::vector<daybreak_dtype>& types, daybreak_dtype activations);

/// How much of the batch a pass computes.
struct Extent {
  std::int64_t sequences = 0, context = 0;
  std::int64_t rows() const { return sequences * context; }
};

/// y = x W (+ bias) over rows; the weight lies as [in, out] or as [out, in].
struct Linear {
  std::int64_t in = 0, out = 0;
  bool input_first = false;
  GemmPrecision precision;
  View weight, copy, bias;                // bias null: none
  View weight_gradient, bias_gradient;    // float32
  OperandScratch operands;                // of products in F8

  /// y, or y + accumulate * what stood there.
  void forward(device::Device& device, std::int64_t rows, View x, View y, bool accumulate = false) const;
  /// dx = dy W^T, added to what stands there where asked.
  void input_gradient(device::Device& device, std::int64_t rows, View dy, View dx, bool accumulate = false) const;
  /// Adds x^T dy to the weight's gradient.
  void add_weight_gradient(device::Device& device, std::int64_t rows, View x, View dy) const;
  /// Adds the sum of dy over rows to the bias's gradient, if there is a bias.
  void add_bias_gradient(device::Device& device, std::int64_t rows, View dy) const;

 private:
  View weight_for(daybreak_dtype compute) const { return copy.data && copy.type == compute ? copy : weight; }
};

/// LayerNorm (with bias) or RMSNorm (without) of rows of float32, and what its backward pass needs.
struct Norm {
  std::int64_t width = 0;
  float epsilon = 0;
  View weight, bias;
  View weight_gradient, bias_gradient;
  View mean, rstd;  // [rows] of the last forward pass

  void forward(device::Device& device, std::int64_t rows, View x, View y) const;
  /// dx += d/dx; weights' gradients are added to.
  void backward(device::Device& device, std::int64_t rows, View x, View dy, View dx) const;

 private:
  /// What both passes say in the same words.
  template <typename Arguments>
  Arguments arguments(std::int64_t rows, View x) const;
};

/// Makes layers from the names of their parameters.
class LayerFactory {
 public:
  LayerFactory(const Config& the_config, const Precision& the_precision, const std::vector<Parameter>& table, const FlatArrays& flat,
               Arena& the_arena, std::int64_t most_rows)
      : config(the_config), precision(the_precision), arena(the_arena), rows(most_rows), table_(table), flat_(flat) {}

  Linear linear(const std::string& module) const;
  /// The product with the (tied or own) head.
  Linear head() const;
  Norm norm(const std::string& module) const;
  View weight(const std::string& name) const { return flat_.weights.from(parameter(name).offset); }
  View gradient(const std::string& name) const { return flat_.gradients.from(parameter(name).offset); }
  using Use = daybreak_dtype GemmPrecision::*;
  /// storage_type() of what the products make these uses of.
  daybreak_dtype kept_type(std::initializer_list<const Linear*> products, std::initializer_list<Use> uses) const;
  /// Of what the products read, once more for their weights' gradients.
  daybreak_dtype input_type(std::initializer_list<const Linear*> products) const {
    return kept_type(products, {&GemmPrecision::fprop, &GemmPrecision::wgrad});
  }
  /// Of what the products give.
  daybreak_dtype output_type(std::initializer_list<const Linear*> products) const {
    return kept_type(products, {&GemmPrecision::fprop});
  }
  /// Of the gradient of what the products give.
  daybreak_dtype gradient_type(std::initializer_list<const Linear*> products) const {
    return kept_type(products, {&GemmPrecision::dgrad, &GemmPrecision::wgrad});
  }
  /// [rows, width] of that type.
  View activation(std::int64_t width, daybreak_dtype type) const { return arena.take(rows * width, type); }

  const Config& config;
  const Precision& precision;
  Arena& arena;
  const std::int64_t rows;  // the most of a pass

 private:
  const Parameter& parameter(const std::string& name) const;
  Linear product(const Parameter& weight, bool input_first, GemmPrecision precision_of_module) const;

  const std::vector<Parameter>& table_;
  const FlatArrays& flat_;
};

}  // namespace daybreak::model
