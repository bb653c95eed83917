#pragma once
// What makers say that their devices multiply, beside what is measured here.
#include <string_view>

#include "kernels/device.h"

namespace daybreak::device {

/// FLOP/s of products of `type` without sparsity by the data sheet of the device of that name (daybreak_device_info::name);
/// 0: not known here.
double datasheet_flops(std::string_view device_name, daybreak_dtype type);

}  // namespace daybreak::device
