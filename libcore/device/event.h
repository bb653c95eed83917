#pragma once
// Points in a device's queue, and what lies between them by the device's own clock.
#include "libcore/device/device.h"

namespace daybreak::device {

/// A point in the device's queue. Move-only.
class Event {
 public:
  explicit Event(Device device);
  Event(Event&& other) noexcept;
  Event& operator=(Event&&) = delete;
  ~Event();

  /// The point is here: after all that was given to the device before.
  void record();
  /// Seconds from `earlier` to here, both reached: after Device::synchronize().
  double seconds_since(const Event& earlier) const;

 private:
  Device device_;
  daybreak_event* event_ = nullptr;
};

}  // namespace daybreak::device
