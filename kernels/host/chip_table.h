#pragma once
// The table of a chip of host memory, but for what the chip alone can say.
#include "kernels/chip/operation.h"
#include "kernels/host/chip_plumbing.h"

namespace daybreak::kernels::host {

inline int32_t one_device(char*, size_t) {
  return 1;
}

template <typename Device>
void close(Device* device) {
  delete device;
}

inline size_t no_packed_layout(daybreak_device*, const daybreak_pack*) {
  return 0;
}

/// A table of one device, without packed layouts; device_info, score, open, supports and peak_flops are still to be
/// set.
template <typename Device, typename Operations>
constexpr daybreak_chip make_chip(const char* name) {
  daybreak_chip chip{};
  chip.struct_size = sizeof chip;
  chip.major = DAYBREAK_CHIP_MAJOR;
  chip.minor = DAYBREAK_CHIP_MINOR;
  chip.name = name;
  chip.device_count = one_device;
  chip.close = close<Device>;
  chip.packed_bytes = no_packed_layout;
  fill_plumbing<Device>(chip);
  fill_operations<Device, Operations>(chip);
  return chip;
}

}  // namespace daybreak::kernels::host
