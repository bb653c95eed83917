#pragma once
// The table of a chip of host memory, but for what the chip alone can say.
#include "kernels/chip/table.h"
#include "kernels/host/chip_plumbing.h"

namespace daybreak::kernels::host {

inline int32_t one_device(char*, size_t) {
  return 1;
}

template <typename Device>
void close(Device* device) {
  delete device;
}

/// A table of one device, without packed layouts; device_info, score, open, supports and peak_flops are still to be
/// set.
template <typename Device, typename Operations>
constexpr daybreak_chip make_chip(const char* name) {
  auto chip = begin_table<Device, Operations>(name);
  chip.device_count = one_device;
  chip.close = close<Device>;
  fill_plumbing<Device>(chip);
  return chip;
}

}  // namespace daybreak::kernels::host
