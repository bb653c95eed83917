#pragma once
// What the device's multiplications reach.
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

/// Multiplications and additions a second in `type` on all multiprocessors at once, operands in registers; 0: unknown.
double peak_flops(daybreak_device* device, daybreak_dtype type);

}  // namespace daybreak::kernels::cuda
