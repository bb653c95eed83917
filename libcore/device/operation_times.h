#pragma once
// How long the operations of a device take, by name.
#include <chrono>
#include <map>
#include <string>

namespace daybreak::device {

class Device;
struct DeviceState;

/// While it lives, the device waits for the end of every operation and adds up their times here: what overlaps otherwise
/// then does not. One at a time for a device.
class OperationTimes {
 public:
  explicit OperationTimes(Device& device);
  OperationTimes(const OperationTimes&) = delete;
  OperationTimes& operator=(const OperationTimes&) = delete;
  ~OperationTimes();

  /// Seconds of all calls of an operation, by the name of its entry in the chip's table or the one that the caller gave it.
  const std::map<std::string, double, std::less<>>& seconds() const { return seconds_; }
  void clear() { seconds_.clear(); }

 private:
  friend class OperationTimer;
  DeviceState& state_;
  std::map<std::string, double, std::less<>> seconds_;
};

/// Times one operation if somebody wants to know.
class OperationTimer {
 public:
  OperationTimer(DeviceState& state, const char* name);
  OperationTimer(const OperationTimer&) = delete;
  OperationTimer& operator=(const OperationTimer&) = delete;
  /// Call it when the operation has been given to the device.
  void stop();

 private:
  DeviceState& state_;
  const char* name_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace daybreak::device
