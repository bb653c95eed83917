#pragma once
// From a precision map to what the model computes with.
#include <span>
#include <string>

#include "libcore/model/config.h"
#include "libcore/model/precision.h"
#include "libcore/records/precision_map.h"

namespace daybreak::precision {

/// How the chip interface calls a format.
daybreak_dtype product_type(records::NumberFormat format);

/// The formats of the model's products by the map's `gemms` and `default`. Throws Error (data, naming `where` and the place
/// in the map) unless every tensor and module that the map names is one of this model with the same shape, both operands
/// of a product have one format, sums are F32, and no product's tensor is scaled (the model multiplies unscaled values).
model::Precision gemm_precision(const records::PrecisionMap& map, const model::Config& config, const std::string& where);

/// Throws Error (data, naming `where`) where the map was made for other weights than these. A map without a hash fits all.
/// For training from a checkpoint; weights that have been trained on since differ, and rightly so.
void check_weights(const records::PrecisionMap& map, const model::Config& config, std::span<const float> weights, const std::string& where);

/// The weights as the map's tensors keep them: each rounded to its dtype (and scale, where it has one), in float32.
/// weights: [flat_size]. Errors as gemm_precision().
std::vector<float> rounded_weights(const records::PrecisionMap& map, const model::Config& config, std::span<const float> weights,
                                   const std::string& where);

}  // namespace daybreak::precision
