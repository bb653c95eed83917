#include "libcore/device/operation_times.h"

#include "libcore/base/error.h"
#include "libcore/device/device_state.h"

namespace daybreak::device {

using Clock = std::chrono::steady_clock;

OperationTimes::OperationTimes(Device& device) : state_(*device.state_) {
  if (state_.times) throw Error(ExitStatus::bug, "the operations of this device are being timed already");
  state_.times = this;
}

OperationTimes::~OperationTimes() {
  state_.times = nullptr;
}

OperationTimer::OperationTimer(DeviceState& state, const char* name) : state_(state), name_(name) {
  if (state.times) began_ = Clock::now();
}

void OperationTimer::stop() {
  if (!state_.times) return;
  state_.require(state_.chip.table().stream_synchronize(state_.device, nullptr), "synchronize");
  auto& seconds = state_.times->seconds_;
  const auto found = seconds.try_emplace(name_, 0.0).first;
  found->second += std::chrono::duration<double>(Clock::now() - began_).count();
}

}  // namespace daybreak::device
