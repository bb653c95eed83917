#pragma once
// How much of a training step's work is computed in which format.
#include <cstdint>
#include <map>

#include "kernels/device.h"
#include "libcore/model/config.h"
#include "libcore/model/precision.h"

namespace daybreak::model {

/// Floating-point operations by format.
using FlopsByFormat = std::map<daybreak_dtype, double>;

/// Of a training step for each token: 2 for each weight of a product in the format of each of its three products, and 12 *
/// layers * heads * head_width * context of attention in that of the activations. They add up to training_flops_per_token().
FlopsByFormat training_flops_by_format(const Config& config, std::int64_t context, const Precision& precision);

/// All of them together.
double total(const FlopsByFormat& flops);

}  // namespace daybreak::model
