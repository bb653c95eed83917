#pragma once
// AdamW over the flat weights of a model, in the memory of its device.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/parameters.h"
#include "libcore/training/division.h"
#include "libcore/training/options.h"

namespace daybreak::training {

/// A gradient as a whole.
struct GradientNorm {
  double norm = 0;      // of what is finite
  bool finite = true;   // no element is infinite or NaN
};

/// What a part of a gradient contributes to its norm.
struct GradientSquares {
  double sum = 0;      // of the squares of what is finite
  bool finite = true;  // no element is infinite or NaN
  void add(const GradientSquares& other) {
    sum += other.sum;
    finite = finite && other.finite;
  }
};
/// Of gradient[count]; the same bits for every number of threads.
GradientSquares gradient_squares(device::Device& device, const float* gradient, std::int64_t count);
/// The norm of `scale` times the gradient with these squares.
GradientNorm norm_of(const GradientSquares& squares, double scale);
/// Both in one.
GradientNorm gradient_norm(device::Device& device, const float* gradient, std::int64_t count, double scale);

/// The factor that brings a gradient of that norm to at most `clip`; 1 where clip is 0 or the norm is smaller.
double clip_factor(double norm, double clip);

/// First and second moments of parts of the flat array, and their update. Tensors that decay and those that do not are
/// neighbors in it; runs of either kind are updated by one operation each.
class AdamW {
 public:
  /// parts: in the order of the array, without overlap; the moments lie in their order, one part after the other.
  AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options,
        std::vector<Range> parts);
  /// Of all of the array.
  AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options)
      : AdamW(device, table, options, {{0, model::flat_size(table)}}) {}

  /// Of gradient[flat] within the parts.
  GradientSquares squares(const float* gradient);

  /// weight[flat] and, where given, its rounded copy, from gradient[flat] * gradient_scale, within the parts. step counts
  /// from 1.
  struct Update {
    void* weight;
    const float* gradient;
    void* copy;  // or null
    daybreak_dtype copy_type;
    double learning_rate, gradient_scale;
    std::int64_t step;
    daybreak_dtype weight_type = DAYBREAK_F32;  // or bf16, where the options have no master weights
  };
  void step(const Update& update);

  const std::vector<Range>& parts() const { return parts_; }
  /// Of the parts alone, as is all that follows.
  std::vector<float> first_moments() const { return values_of(first_, moment_type_); }
  std::vector<float> second_moments() const { return values_of(second_, moment_type_); }
  /// What was lost when weights were rounded (Kahan); empty where the options do not keep it.
  std::vector<float> compensation() const { return values_of(compensation_, DAYBREAK_BF16); }
  /// Moments are rounded to the type in which they are kept. compensation may be empty: zero.
  void restore(std::span<const float> first, std::span<const float> second, std::span<const float> compensation = {});
  /// What it takes on the device.
  std::size_t bytes() const { return first_.bytes() + second_.bytes() + compensation_.bytes(); }
  /// The same before there is one, for parts of so many elements.
  static std::size_t bytes_for(std::int64_t elements, const StorageOptions& storage);
  /// For all of the array.
  static std::size_t bytes_for(const std::vector<model::Parameter>& table, const StorageOptions& storage) {
    return bytes_for(model::flat_size(table), storage);
  }
  /// Of float32, in the device's memory.
  std::span<const float> device_first_moments() { return begun(first_); }
  std::span<const float> device_second_moments() { return begun(second_); }
  /// Moments are float32 and there is nothing else.
  bool is_wide() const { return moment_type_ == DAYBREAK_F32 && compensation_.empty(); }

 private:
  std::span<const float> begun(const device::Buffer& buffer) {
    begin();
    return {buffer.as<float>(), buffer.bytes() / sizeof(float)};
  }
  struct Run {
    std::int64_t offset, count;  // in the flat array
    std::int64_t place;          // of its first moment among those of the parts
    bool decays;
  };
  /// Adds what a stretch of the flat array has in common with the parts.
  void add_runs(Range stretch, bool decays);
  std::vector<float> values_of(const device::Buffer& buffer, daybreak_dtype type) const;
  /// Zeroes what nobody has set yet: not before it is needed, so that a run's beginning, which holds weights on the host
  /// too, is not its peak of memory.
  void begin();
  static daybreak_dtype moment_type(const StorageOptions& storage);

  device::Device& device_;
  OptimizerOptions options_;
  daybreak_dtype moment_type_;
  std::vector<Range> parts_;
  std::vector<daybreak_statistics_result> statistics_;  // one a part
  std::vector<Run> runs_;
  device::Buffer first_, second_, compensation_;
  bool begun_ = false;
};

}  // namespace daybreak::training
