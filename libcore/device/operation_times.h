#pragma once
// How long the operations of a device take, by name.
#include <map>
#include <string>
#include <vector>

#include "libcore/device/event.h"

namespace daybreak::device {

/// While it lives, an event marks the beginning and the end of every operation in the device's queue, and the times between
/// them are added up here by the device's clock. Nothing waits for it: what passes between two operations belongs to none.
/// Where the queue is empty an operation's time begins with the host's call. One at a time for a device.
class OperationTimes {
 public:
  using Seconds = std::map<std::string, double, std::less<>>;

  explicit OperationTimes(Device device);
  OperationTimes(const OperationTimes&) = delete;
  OperationTimes& operator=(const OperationTimes&) = delete;
  ~OperationTimes();

  /// Of all calls of an operation, by the name of its entry in the chip's table or the one that the caller gave it. Waits for
  /// the device.
  const Seconds& seconds();
  /// Of all operations together: how long the device had work.
  double total_s();

 private:
  friend class OperationTimer;
  struct Span {
    Event begin, end;
    double* sum = nullptr;  // what it is added to
  };
  void begin();
  void end(const char* name);
  void collect();

  Device device_;
  std::vector<Span> spans_;  // the first open_ of them lie in the queue, the others may be used again
  std::size_t open_ = 0;
  Seconds seconds_;
};

/// Times one operation if somebody wants to know.
class OperationTimer {
 public:
  OperationTimer(DeviceState& state, const char* name);
  OperationTimer(const OperationTimer&) = delete;
  OperationTimer& operator=(const OperationTimer&) = delete;
  /// Call it when the operation has been given to the device. One that has failed does not count.
  void stop();

 private:
  DeviceState& state_;
  const char* name_;
};

}  // namespace daybreak::device
