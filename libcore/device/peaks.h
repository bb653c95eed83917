#pragma once
// What a device can multiply at most, as it is measured here and as its maker says.
#include <map>
#include <utility>

#include "libcore/device/datasheet.h"
#include "libcore/device/device.h"

namespace daybreak::device {

/// Peaks of products by format, FLOP/s; 0: unknown. Each is measured once, when it is first asked for, so that all shares that are compared
/// are shares of the same.
class Peaks {
 public:
  explicit Peaks(Device device) : device_(std::move(device)) {}

  double measured(daybreak_dtype format) {
    const auto [place, is_new] = measured_.try_emplace(format, 0.0);
    if (is_new) place->second = device_.peak_flops(format);
    return place->second;
  }
  double by_datasheet(daybreak_dtype format) const { return datasheet_flops(device_.info().name, format); }

 private:
  Device device_;
  std::map<daybreak_dtype, double> measured_;
};

}  // namespace daybreak::device
