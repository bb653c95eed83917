#include "tests/kernels/cuda_on_host/streams.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/memory.h"
#include "tests/kernels/cuda_on_host/order.h"

namespace cuda_on_host {
namespace {

std::vector<std::unique_ptr<CUstream_st>> streams;
std::vector<std::unique_ptr<CUevent_st>> events;  // for ever: a destroyed one may still stand in a queue
std::vector<std::unique_ptr<CUgraph_st>> captures;
cudaError_t last_error = cudaSuccess;

bool exists(cudaStream_t stream) {
  return std::any_of(streams.begin(), streams.end(), [&](const auto& one) { return one.get() == stream; });
}

void must_exist(cudaStream_t stream) {
  if (!exists(stream)) stop("stream %p does not exist", static_cast<void*>(stream));
}

void do_item(const Item& item);

void do_queue(CUstream_st& stream, const Item* until) {
  while (!stream.queue.empty() && !(until && until->wait->done >= until->number)) {
    const Item item = std::move(stream.queue.front());
    stream.queue.pop_front();
    do_item(item);
  }
}

void do_item(const Item& item) {
  if (item.work) {
    item.work();
    check_device_memory();
  }
  if (item.record) {
    item.record->done = item.number;
    item.record->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  if (item.wait && item.wait->done < item.number) do_queue(*item.wait->stream, &item);
}

void do_all(CUstream_st& stream) {
  if (stream.queue.empty()) return;
  const DeviceAtWork work;
  const FaultReports reports;
  do_queue(stream, nullptr);
}

void push(cudaStream_t stream, Item item) {
  stream->queue.push_back(std::move(item));
  if (!plan().late || (plan().order == Order::shuffled && drawn_below(8) == 0)) do_all(*stream);
}

}  // namespace

std::recursive_mutex& runtime_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work) {
  if (!stream) {  // the old default stream: after and before all of the blocking ones
    if (capturing()) return spoil_captures();
    for (const auto& other : streams)
      if (other->blocking) do_all(*other);
    const DeviceAtWork at_work;
    const FaultReports reports;
    work();
    return cudaSuccess;
  }
  must_exist(stream);
  if (stream->capture)
    stream->capture->items.push_back({std::move(work)});
  else
    push(stream, {std::move(work)});
  return cudaSuccess;
}

void finish(cudaStream_t stream) {
  if (!stream) return;
  must_exist(stream);
  do_all(*stream);
}

void finish_all() {
  for (const auto& stream : streams) do_all(*stream);
}

bool is_captured(cudaStream_t stream) {
  return stream && stream->capture;
}

bool capturing() {
  return !captures.empty();
}

cudaError_t spoil_captures() {
  for (const auto& capture : captures) capture->spoiled = true;
  return cudaErrorStreamCaptureUnsupported;
}

cudaError_t noted(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

}  // namespace cuda_on_host

using namespace cuda_on_host;

extern "C" {

cudaError_t cudaGetLastError() {
  const std::scoped_lock hold(runtime_mutex());
  return std::exchange(last_error, cudaSuccess);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  const std::scoped_lock hold(runtime_mutex());
  streams.push_back(std::make_unique<CUstream_st>());
  streams.back()->blocking = flags != cudaStreamNonBlocking;
  *stream = streams.back().get();
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  finish(stream);
  std::erase_if(streams, [&](const auto& one) { return one.get() == stream; });
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  if (is_captured(stream)) return noted(spoil_captures());
  finish(stream);
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const std::scoped_lock hold(runtime_mutex());
  must_exist(stream);
  if (event->capture) {
    // Replays do a graph's items in the order of their capture, in which the record came before.
    if (stream->capture && stream->capture != event->capture) return noted(cudaErrorStreamCaptureMerge);
    stream->capture = event->capture;
    return cudaSuccess;
  }
  if (stream->capture) return noted(cudaErrorStreamCaptureIsolation);
  if (event->recorded != 0) push(stream, {{}, nullptr, event, event->recorded});
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  const std::scoped_lock hold(runtime_mutex());
  if (capturing()) return noted(spoil_captures());
  finish_all();
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  const std::scoped_lock hold(runtime_mutex());
  events.push_back(std::make_unique<CUevent_st>());
  events.back()->timed = !(flags & cudaEventDisableTiming);
  *event = events.back().get();
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return event ? cudaSuccess : noted(cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  must_exist(stream);
  event->capture = stream->capture;
  if (stream->capture) return cudaSuccess;
  event->stream = stream;
  push(stream, {{}, event, nullptr, ++event->recorded});
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const std::scoped_lock hold(runtime_mutex());
  if (event->capture) return noted(spoil_captures());
  if (event->done < event->recorded) {
    const DeviceAtWork work;
    const FaultReports reports;
    do_item({{}, nullptr, event, event->recorded});
  }
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  const std::scoped_lock hold(runtime_mutex());
  if (!from->timed || !to->timed || from->recorded == 0 || to->recorded == 0) return noted(cudaErrorInvalidResourceHandle);
  if (from->done < from->recorded || to->done < to->recorded) return noted(cudaErrorNotReady);
  *milliseconds = static_cast<float>((to->seconds - from->seconds) * 1e3);
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  const std::scoped_lock hold(runtime_mutex());
  if (!stream || is_captured(stream)) return noted(cudaErrorStreamCaptureUnsupported);
  must_exist(stream);
  captures.push_back(std::make_unique<CUgraph_st>());
  stream->capture = captures.back().get();
  stream->capture->origin = stream;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const std::scoped_lock hold(runtime_mutex());
  *graph = nullptr;
  if (!is_captured(stream) || stream->capture->origin != stream) return noted(cudaErrorStreamCaptureUnmatched);
  CUgraph_st* const capture = stream->capture;
  const auto found = std::find_if(captures.begin(), captures.end(), [&](const auto& one) { return one.get() == capture; });
  std::unique_ptr<CUgraph_st> whole = std::move(*found);
  captures.erase(found);
  for (const auto& one : streams)
    if (one->capture == capture) one->capture = nullptr;
  for (const auto& one : events)
    if (one->capture == capture) one->capture = nullptr;
  if (whole->spoiled) return noted(cudaErrorStreamCaptureInvalidated);
  *graph = whole.release();
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = new CUgraphExec_st{graph->items};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  return noted(enqueue(stream, [items = executable->items] {
    for (const Item& item : items) do_item(item);
  }));
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  delete executable;
  return cudaSuccess;
}

}  // extern "C"
