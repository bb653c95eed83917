#include "libcore/device/operation_times.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/device/device_state.h"

namespace daybreak::device {

OperationTimes::OperationTimes(Device device) : device_(std::move(device)) {
  OperationTimes*& times = device_.state_->times;
  if (times) throw Error(ExitStatus::bug, "the operations of this device are being timed already");
  times = this;
}

OperationTimes::~OperationTimes() {
  device_.state_->times = nullptr;
}

const OperationTimes::Seconds& OperationTimes::seconds() {
  collect();
  return seconds_;
}

double OperationTimes::total_s() {
  double total = 0;
  for (const auto& [name, seconds] : this->seconds()) total += seconds;
  return total;
}

void OperationTimes::begin() {
  constexpr std::size_t kMostOpen = 4096;  // events at a time; whoever uses more waits for the device
  if (open_ == kMostOpen) collect();
  if (open_ == spans_.size()) spans_.push_back({Event(device_), Event(device_)});
  spans_[open_].begin.record();
}

void OperationTimes::end(const char* name) {
  Span& span = spans_[open_];
  span.end.record();
  span.sum = &seconds_.try_emplace(name, 0.0).first->second;
  ++open_;
}

void OperationTimes::collect() {
  device_.synchronize();
  for (std::size_t i = 0; i < open_; ++i) *spans_[i].sum += spans_[i].end.seconds_since(spans_[i].begin);
  open_ = 0;
}

OperationTimer::OperationTimer(DeviceState& state, const char* name) : state_(state), name_(name) {
  if (state.times) state.times->begin();
}

void OperationTimer::stop() {
  if (state_.times) state_.times->end(name_);
}

}  // namespace daybreak::device
