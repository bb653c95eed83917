#pragma once
// Where the time of a step goes.
#include <functional>
#include <string>

#include "libcore/device/device.h"
#include "libcore/io/json.h"

namespace daybreak::train_shard {

/// Calls step() `steps` times with every operation of the device timed by the device's clock. {"step_s", "parts": {name: seconds
/// a step}, "operations_s", "unaccounted_s", "operations"}. Parts: products of the forward pass, of the inputs' and of the weights'
/// gradients, attention, norms, cross_entropy, optimizer (with the gradient's norm), and the rest of the step. Of the rest
/// unaccounted_s passes outside all operations: the host's own work, and the device waiting for it.
io::Json split_of_steps(device::Device& device, int steps, const std::function<void()>& step);

/// The same as a table with shares.
std::string split_text(const io::Json& split);

}  // namespace daybreak::train_shard
