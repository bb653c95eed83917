#pragma once
// The open device that all handles and buffers share.
#include <string>

#include "libcore/device/device.h"
#include "libcore/device/operation_times.h"

namespace daybreak::device {

struct DeviceState {
  explicit DeviceState(Chip loaded) : chip(std::move(loaded)) {}
  DeviceState(const DeviceState&) = delete;
  DeviceState& operator=(const DeviceState&) = delete;
  ~DeviceState() {
    if (device) chip.table().close(device);
  }
  /// Throws Error with the chip's own words unless `status` is good. doing: the entry that was called.
  void require(daybreak_status status, const char* doing) const;

  Chip chip;
  std::string name;  // "cpu:0"
  daybreak_device_info info{};
  daybreak_device* device = nullptr;
  OperationTimes* times = nullptr;  // of whoever measures
};

}  // namespace daybreak::device
