#pragma once
// Operations that were recorded once and are given to a device together.
#include <memory>

#include "kernels/device.h"

namespace daybreak::device {

struct DeviceState;

/// What Device::capture() recorded. The buffers that its operations name must outlive it.
class Graph {
 public:
  Graph() = default;
  Graph(Graph&& other) noexcept;
  Graph& operator=(Graph&& other) noexcept;
  ~Graph();

  bool empty() const { return graph_ == nullptr; }
  /// Gives the operations to the device once more, with the arguments that they were recorded with.
  void replay();

 private:
  friend class Device;
  Graph(std::shared_ptr<DeviceState> state, daybreak_graph* graph) : state_(std::move(state)), graph_(graph) {}

  std::shared_ptr<DeviceState> state_;
  daybreak_graph* graph_ = nullptr;
};

}  // namespace daybreak::device
