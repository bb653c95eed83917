#pragma once
// What the tables of all chips have in common.
#include <cstdio>
#include <exception>
#include <new>

#include "kernels/chip/operation.h"
#include "kernels/device.h"

namespace daybreak::kernels {

template <typename Device>
const char* last_error(Device* device) {
  return device->error;
}

inline size_t no_packed_layout(daybreak_device*, const daybreak_pack*) {
  return 0;
}

/// The table's entry `open` of a chip without instruction sets: `make()` gives a new device, and may throw why there is none.
template <typename Device, typename Make>
daybreak_status open_device(const daybreak_open_options* options, const char* chip, Device** device, char* why, size_t why_size,
                            const Make& make) {
  if (options && options->instruction_set) {
    std::snprintf(why, why_size, "the chip %s has no instruction sets to choose from", chip);
    return DAYBREAK_INVALID;
  }
  try {
    *device = make();
    return DAYBREAK_OK;
  } catch (const std::bad_alloc&) {
    std::snprintf(why, why_size, "there is no memory left on it");
    return DAYBREAK_NO_MEMORY;
  } catch (const std::exception& error) {
    std::snprintf(why, why_size, "%s", error.what());
    return DAYBREAK_FAILED;
  }
}

/// A table with all operations and without packed layouts.
template <typename Device, typename Operations>
constexpr daybreak_chip begin_table(const char* name) {
  daybreak_chip chip{};
  chip.struct_size = sizeof chip;
  chip.major = DAYBREAK_CHIP_MAJOR;
  chip.minor = DAYBREAK_CHIP_MINOR;
  chip.name = name;
  chip.last_error = last_error<Device>;
  chip.packed_bytes = no_packed_layout;
  fill_operations<Device, Operations>(chip);
  return chip;
}

}  // namespace daybreak::kernels
