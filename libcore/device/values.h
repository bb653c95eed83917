#pragma once
// Real numbers in a device's memory as float32 of the host, and back; what they sum up to.
#include <cstdint>
#include <span>

#include "kernels/device.h"

namespace daybreak::device {

class Device;

/// values = from[values.size()], stored as f32, bf16 or f16; every value of these is exact in float32. Throws Error
/// (bug) for another type.
void read_values(Device& device, const void* from, daybreak_dtype type, std::span<float> values);

/// to[values.size()] = values, rounded to nearest even. Throws Error (bug) for another type.
void write_values(Device& device, std::span<const float> values, void* to, daybreak_dtype type);

/// Of x[count], as daybreak_statistics says; waits for the device.
daybreak_statistics_result statistics_of(Device& device, const void* x, daybreak_dtype type, std::int64_t count);

}  // namespace daybreak::device
