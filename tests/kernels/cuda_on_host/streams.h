#pragma once
// Streams, events and graphs: work is queued and done in its streams' order, at once or as late as somebody's waiting allows.
#include <cuda_runtime.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace cuda_on_host {

/// Held by every function of the runtime: the device does one thing at a time.
std::recursive_mutex& runtime_mutex();

/// What stands in a queue: work, or the record of an event, or the wait for one.
struct Item {
  std::function<void()> work;
  cudaEvent_t record = nullptr, wait = nullptr;
  std::uint64_t number = 0;  // of the event's record
};

/// Queues work on a stream, or notes it where the stream is captured.
cudaError_t enqueue(cudaStream_t stream, std::function<void()> work);
/// Does all that is queued on a stream, and what that waits for.
void finish(cudaStream_t stream);
void finish_all();
/// Whether the stream is captured; whether any is.
bool is_captured(cudaStream_t stream);
bool capturing();
/// cudaErrorStreamCaptureUnsupported, and every capture that is under way has failed: what must not be called meanwhile.
cudaError_t spoil_captures();

/// Notes an error for cudaGetLastError() and gives it back.
cudaError_t noted(cudaError_t error);

}  // namespace cuda_on_host

/// A capture that is under way, or what came of it.
struct CUgraph_st {
  std::vector<cuda_on_host::Item> items;
  cudaStream_t origin = nullptr;
  bool spoiled = false;
};

struct CUgraphExec_st {
  std::vector<cuda_on_host::Item> items;
};

struct CUstream_st {
  bool blocking = true;  // waits for the stream NULL, and that for it
  std::deque<cuda_on_host::Item> queue;
  CUgraph_st* capture = nullptr;
};

struct CUevent_st {
  bool timed = true;
  std::uint64_t recorded = 0, done = 0;  // numbers of records
  cudaStream_t stream = nullptr;         // of the last record
  double seconds = 0;                    // when that was done
  CUgraph_st* capture = nullptr;         // in which the last record stands
};
