#pragma once
// Where a run went wrong.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/device/device.h"
#include "libcore/model/arena.h"
#include "libcore/model/parameters.h"

namespace daybreak::training {

/// The first tensor that holds something not finite: of the weights ("the weights of NAME"), else of the gradients
/// ("the gradient of NAME"), in the order of the table; "no tensor" where there is none. weights and gradients:
/// [flat_size] in the device's memory, the gradients float32.
std::string first_not_finite(device::Device& device, const std::vector<model::Parameter>& table, model::View weights,
                             const float* gradients);

/// What ends a run: exit 1. first_bad: as first_not_finite() says it.
Error diverged(std::int64_t step, const std::string& first_bad);

}  // namespace daybreak::training
