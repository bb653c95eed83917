#pragma once
// The matrix products of a model, measured one by one.
#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// A daybreak.products/1 record: for each different shape among the model's forward products over `tokens` rows and each format
/// that the device computes, the rate of the product of operands that have that format already, and of rounding them to it
/// from float32. Each is the best of repetitions over `time_s`. Throws Interrupted on request.
io::Json measured_products(device::Device& device, const model::Config& config, std::int64_t tokens, double time_s, const StopToken& stop);

}  // namespace daybreak::train_shard
