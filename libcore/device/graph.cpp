#include "libcore/device/graph.h"

#include <utility>

#include "libcore/device/device_state.h"

namespace daybreak::device {

Graph::Graph(Graph&& other) noexcept : state_(std::move(other.state_)), graph_(std::exchange(other.graph_, nullptr)) {}

Graph& Graph::operator=(Graph&& other) noexcept {
  std::swap(state_, other.state_);
  std::swap(graph_, other.graph_);
  return *this;
}

Graph::~Graph() {
  if (graph_) state_->chip.table().graph_destroy(state_->device, graph_);
}

void Graph::replay() {
  state_->require(state_->chip.table().graph_replay(state_->device, nullptr, graph_), "graph_replay");
}

bool Device::can_capture() const {
  const daybreak_chip& table = state_->chip.table();
  return table.capture_begin && table.capture_end && table.graph_replay && table.graph_destroy && !state_->times;
}

Graph Device::capture(const std::function<void()>& work) {
  const daybreak_chip& table = state_->chip.table();
  state_->require(table.capture_begin(state_->device, nullptr), "capture_begin");
  daybreak_graph* graph = nullptr;
  try {
    work();
  } catch (...) {
    // The device must compute again at once; why the work failed says more than how the capture ends.
    if (table.capture_end(state_->device, nullptr, &graph) == DAYBREAK_OK) table.graph_destroy(state_->device, graph);
    throw;
  }
  state_->require(table.capture_end(state_->device, nullptr, &graph), "capture_end");
  return Graph(state_, graph);
}

}  // namespace daybreak::device
