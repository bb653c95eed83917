// Streams, events, capture and replay, and the place where late errors come to light.
#include <cstdio>

#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/entries.h"
#include "kernels/cuda/staging.h"

struct daybreak_graph {
  explicit daybreak_graph(cudaGraph_t captured) {
    daybreak::kernels::cuda::require(cudaGraphInstantiate(&handle, captured, 0), "a graph");
  }
  ~daybreak_graph() { cudaGraphExecDestroy(handle); }
  daybreak_graph(const daybreak_graph&) = delete;
  daybreak_graph& operator=(const daybreak_graph&) = delete;
  cudaGraphExec_t handle = nullptr;
};

namespace daybreak::kernels::cuda {
namespace {

/// Throws what kernels found wrong, in the words of the other chips, and forgets it.
void report_late_errors(daybreak_device& device) {
  LateErrors* const late = late_errors(device);
  const LateErrors found = *late;
  *late = {};
  if (found.token_outside) throw Refusal{DAYBREAK_INVALID, "a token lies outside the vocabulary"};
  if (found.target_outside) throw Refusal{DAYBREAK_INVALID, "a target lies outside the vocabulary"};
}

void wait_and_deliver(daybreak_device& device, daybreak_stream* stream) {
  const cudaStream_t on = queue(device, stream);
  require(cudaStreamSynchronize(on), "synchronize");
  device.staging->deliver(on);
}

daybreak_status stream_create(daybreak_device* device, daybreak_stream** stream) {
  return guarded(device, [&] {
    current(device->ordinal);
    *stream = new daybreak_stream;
  });
}

void stream_destroy(daybreak_device* device, daybreak_stream* stream) {
  guarded(device, [&] { wait_and_deliver(*device, stream); });
  delete stream;
}

daybreak_status stream_synchronize(daybreak_device* device, daybreak_stream* stream) {
  return guarded(device, [&] {
    wait_and_deliver(*device, stream);
    report_late_errors(*device);
  });
}

daybreak_status event_create(daybreak_device* device, daybreak_event** event) {
  return guarded(device, [&] {
    current(device->ordinal);
    *event = new daybreak_event;
  });
}

void event_destroy(daybreak_device*, daybreak_event* event) {
  delete event;
}

daybreak_status event_record(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  return guarded(device, [&] { require(cudaEventRecord(event->handle, queue(*device, stream)), "event_record"); });
}

daybreak_status stream_wait(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  return guarded(device, [&] { require(cudaStreamWaitEvent(queue(*device, stream), event->handle, 0), "stream_wait"); });
}

daybreak_status event_elapsed_s(daybreak_device* device, daybreak_event* from, daybreak_event* to, double* seconds) {
  return guarded(device, [&] {
    current(device->ordinal);
    float milliseconds = 0;
    require(cudaEventSynchronize(to->handle), "event_elapsed_s");
    require(cudaEventElapsedTime(&milliseconds, from->handle, to->handle), "event_elapsed_s");
    *seconds = milliseconds * 1e-3;
  });
}

daybreak_status capture_begin(daybreak_device* device, daybreak_stream* stream) {
  return guarded(device, [&] {
    require(cudaStreamBeginCapture(queue(*device, stream), cudaStreamCaptureModeThreadLocal), "capture_begin");
    stream_of(*device, stream).capturing = true;
  });
}

daybreak_status capture_end(daybreak_device* device, daybreak_stream* stream, daybreak_graph** graph) {
  return guarded(device, [&] {
    stream_of(*device, stream).capturing = false;
    cudaGraph_t captured = nullptr;
    require(cudaStreamEndCapture(queue(*device, stream), &captured), "capture_end");
    const std::unique_ptr<CUgraph_st, cudaError_t (*)(cudaGraph_t)> owner(captured, cudaGraphDestroy);
    *graph = new daybreak_graph(captured);
  });
}

daybreak_status graph_replay(daybreak_device* device, daybreak_stream* stream, daybreak_graph* graph) {
  return guarded(device, [&] { require(cudaGraphLaunch(graph->handle, queue(*device, stream)), "graph_replay"); });
}

/// A graph that is still running is destroyed when it ends.
void graph_destroy(daybreak_device*, daybreak_graph* graph) {
  delete graph;
}

}  // namespace

void fill_order(daybreak_chip& chip) {
  chip.stream_create = stream_create;
  chip.stream_destroy = stream_destroy;
  chip.stream_synchronize = stream_synchronize;
  chip.event_create = event_create;
  chip.event_destroy = event_destroy;
  chip.event_record = event_record;
  chip.stream_wait = stream_wait;
  chip.event_elapsed_s = event_elapsed_s;
  chip.capture_begin = capture_begin;
  chip.capture_end = capture_end;
  chip.graph_replay = graph_replay;
  chip.graph_destroy = graph_destroy;
}

}  // namespace daybreak::kernels::cuda
