#pragma once
// Measures a model: forward and backward passes over calibration text, and what they say about rounding each tensor.
#include <cstdint>
#include <span>
#include <string>

#include "libcore/base/log.h"
#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "libcore/precision/calibration.h"
#include "libcore/precision/profile.h"

namespace daybreak::precision {

struct ProfileOptions {
  std::int64_t tokens = 4096;
  std::int64_t labels = 4;
  std::int64_t context = 0;  // 0: the model's, but at most 256
  std::string formats = "f32,f16,bf16,f8e4m3";
  std::string scaling = "none";
  bool products = false;  // measure each product in each format too

  void declare(OptionSink& sink);
  /// The context that holds for this model; Error (usage) where the model has fewer positions.
  std::int64_t context_for(const model::Config& config) const;
};

/// What is asked of the measuring, apart from the numbers.
struct ProfilingRun {
  std::uint64_t seed = 0;
  unsigned threads = 1;  // of the sums over weights; results do not depend on it
  const StopToken& stop;
  ProgressSink& progress;
};

/// Over the sequences three times: for the gradient of the sum of all logits, for that of the loss, and for those of drawn
/// labels, one backward pass for each; with `products` a forward pass for each product and format besides. weights: [flat_size]. Memory beside the model: 4 bytes a parameter for each format
/// but F32 and for one gradient. Errors: those of model::Transformer.
Profile profile_model(const model::Config& config, std::span<const float> weights, const Calibration& calibration,
                      device::Device& device, const ProfileOptions& options, const ProfilingRun& run);

}  // namespace daybreak::precision
