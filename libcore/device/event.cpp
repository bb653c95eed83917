#include "libcore/device/event.h"

#include <utility>

#include "libcore/device/device_state.h"

namespace daybreak::device {

Event::Event(Device device) : device_(std::move(device)) {
  DeviceState& state = *device_.state_;
  state.require(state.chip.table().event_create(state.device, &event_), "event_create");
}

Event::Event(Event&& other) noexcept : device_(other.device_), event_(std::exchange(other.event_, nullptr)) {}

Event::~Event() {
  DeviceState& state = *device_.state_;
  if (event_) state.chip.table().event_destroy(state.device, event_);
}

void Event::record() {
  DeviceState& state = *device_.state_;
  state.require(state.chip.table().event_record(state.device, nullptr, event_), "event_record");
}

double Event::seconds_since(const Event& earlier) const {
  const DeviceState& state = *device_.state_;
  double seconds = 0;
  state.require(state.chip.table().event_elapsed_s(state.device, earlier.event_, event_, &seconds), "event_elapsed_s");
  return seconds;
}

}  // namespace daybreak::device
