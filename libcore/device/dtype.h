#pragma once
// The element types of kernels/device.h by size and by the names that options and records use.
#include <cstddef>
#include <string_view>

#include "kernels/device.h"

namespace daybreak::device {

/// Bytes of one element. Throws Error (bug) for a value outside the enumeration.
std::size_t bytes_of(daybreak_dtype type);
/// "f32", "bf16", "f16", "f8_e4m3", "f8_e5m2", "i32", "u32", "f64".
std::string_view name_of(daybreak_dtype type);
/// The reverse of name_of(). Throws Error (usage) that lists the names.
daybreak_dtype dtype_of(std::string_view name);

}  // namespace daybreak::device
