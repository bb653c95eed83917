#pragma once
// AdamW over the flat weights of a model, in the memory of its device.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/parameters.h"
#include "libcore/training/options.h"

namespace daybreak::training {

/// A gradient as a whole.
struct GradientNorm {
  double norm = 0;      // of what is finite
  bool finite = true;   // no element is infinite or NaN
};

/// The norm of gradient[count] times `scale`; the same bits for every number of threads.
GradientNorm gradient_norm(device::Device& device, const float* gradient, std::int64_t count, double scale);

/// The factor that brings a gradient of that norm to at most `clip`; 1 where clip is 0 or the norm is smaller.
double clip_factor(double norm, double clip);

/// First and second moments, and the update. Tensors that decay and those that do not are neighbors in the flat array;
/// runs of either kind are updated by one operation each.
class AdamW {
 public:
  AdamW(device::Device& device, const std::vector<model::Parameter>& table, const OptimizerOptions& options);

  /// weight[flat] and, where given, its rounded copy, from gradient[flat] * gradient_scale. step counts from 1.
  struct Update {
    float* weight;
    const float* gradient;
    void* copy;  // or null
    daybreak_dtype copy_type;
    double learning_rate, gradient_scale;
    std::int64_t step;
  };
  void step(const Update& update);

  std::vector<float> first_moments() const { return first_.to_host<float>(); }
  std::vector<float> second_moments() const { return second_.to_host<float>(); }
  /// In the device's memory.
  std::span<const float> device_first_moments() const { return {first_.as<float>(), first_.bytes() / sizeof(float)}; }
  std::span<const float> device_second_moments() const { return {second_.as<float>(), second_.bytes() / sizeof(float)}; }
  void restore(std::span<const float> first, std::span<const float> second);
  /// What the moments take on the device.
  std::size_t bytes() const { return first_.bytes() + second_.bytes(); }

 private:
  struct Run {
    std::int64_t offset, count;
    bool decays;
  };
  device::Device& device_;
  OptimizerOptions options_;
  std::vector<Run> runs_;
  device::Buffer first_, second_;
};

}  // namespace daybreak::training
