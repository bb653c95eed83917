#pragma once
// The matrix products of a model, measured one by one.
#include <cstdint>
#include <string>

#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// A daybreak.products/1 record: for each different weight of the model, each of the three products that a step of training makes of
/// it and `tokens` rows, and each format that the device computes, the rate of the product of operands that have that format
/// already (in F8 codes with scales), its share of the format's measured peak, and the rate of rounding the operands to it from
/// float32. Operands lie in rows. Each is the best of repetitions over `time_s`. Throws Interrupted on request.
io::Json measured_products(device::Device& device, const model::Config& config, std::int64_t tokens, double time_s, const StopToken& stop);

/// The same as a table.
std::string products_text(const io::Json& record);

}  // namespace daybreak::train_shard
