#pragma once
// A multilayer perceptron's forward and backward pass, written out as operations of a chip.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/inspection.h"
#include "libcore/model/mlp_config.h"

namespace daybreak::model {

/// What samples should give: classes [rows], or values [rows, outputs].
struct MlpTargets {
  std::span<const std::uint32_t> classes;
  std::span<const float> values;
};

/// One replica on one device; all memory is allocated at construction. Storage is float32; products round their
/// operands to `compute`. Results are the same bytes for every number of threads. Errors: Error (data for a class
/// outside the outputs, resources for too little memory).
class Mlp {
 public:
  /// At most `rows` samples at once. The device must outlive this.
  Mlp(const MlpConfig& config, device::Device& device, daybreak_dtype compute, std::int64_t rows);

  const MlpConfig& config() const { return config_; }
  const std::vector<Parameter>& parameters() const { return table_; }
  std::int64_t flat_size() const { return model::flat_size(table_); }
  std::int64_t rows() const { return rows_; }
  std::size_t device_bytes() const;

  void set_weights(std::span<const float> weights) { weights_.upload(weights); }
  std::vector<float> weights() const { return weights_.to_host<float>(); }
  float* device_weights() { return weights_.as<float>(); }
  float* device_gradients() { return gradients_.as<float>(); }
  std::vector<float> gradients() const { return gradients_.to_host<float>(); }
  void zero_gradients() { gradients_.fill_zero(); }

  /// Of x [rows, inputs].
  void forward(std::span<const float> x);
  /// What the last forward() came to [rows, outputs]: one number a class (logits), or the values. Before loss().
  std::vector<float> outputs() const;
  /// Once after each forward(): the sum over its rows of the cross-entropy (nats) or of the mean squared error of a
  /// row, and gradient_scale times its gradient added to the gradients; gradient_scale 0: the loss alone.
  double loss(const MlpTargets& targets, float gradient_scale);

  /// Both passes of these samples alone, looking at what each layer gives: as Transformer::first_not_finite(). Leaves
  /// their gradients.
  std::optional<std::string> first_not_finite(std::span<const float> x, const MlpTargets& targets,
                                              float gradient_scale);

 private:
  double cross_entropy(std::span<const std::uint32_t> classes, float gradient_scale);
  double squared_error(std::span<const float> values, float gradient_scale);
  void backward();
  void show_forward(Inspection& inspection);
  void show_backward(Inspection& inspection);
  std::int64_t width(std::size_t layer) const;  // of what goes into it
  device::Buffer rows_of(std::int64_t width) const;

  const MlpConfig config_;
  device::Device& device_;
  const daybreak_dtype compute_;
  const std::int64_t rows_;
  const std::vector<Parameter> table_;
  std::int64_t count_ = 0;  // rows of the last forward pass
  device::Buffer weights_, gradients_;
  std::vector<device::Buffer> inputs_;  // of each layer, after GELU: [rows, width(layer)]
  std::vector<device::Buffer> before_;  // GELU: [rows, hidden]
  device::Buffer outputs_, classes_, values_, losses_;
  device::Buffer slopes_[2];  // gradients of what goes into a layer, in turns
};

}  // namespace daybreak::model
