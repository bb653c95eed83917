#pragma once
// Entry of the table: what the device's multiplications reach.
#include "kernels/device.h"

namespace daybreak::kernels::opencl {

double peak_flops(daybreak_device*, daybreak_dtype);

}  // namespace daybreak::kernels::opencl
