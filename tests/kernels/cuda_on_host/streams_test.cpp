// The emulation's runtime: what is queued is done in its order, and not before it must.
#include <cuda_runtime.h>

#include <cstddef>
#include <cstring>
#include <vector>

#include "tests/kernels/cuda_on_host/deaths.h"
#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/memory.h"
#include "tests/kernels/cuda_on_host/order.h"
#include "tests/kernels/cuda_on_host/streams.h"
#include "tests/support/catch.hpp"

namespace {

using cuda_on_host::plan;

/// As late as is allowed, until the end of the test; with two streams, and memory of either side.
struct Late {
  Late() {
    plan().late = true;
    for (cudaStream_t& stream : streams) REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
    REQUIRE(cudaMalloc(reinterpret_cast<void**>(&device), 4 * sizeof(int)) == cudaSuccess);
    REQUIRE(cudaHostAlloc(reinterpret_cast<void**>(&host), 4 * sizeof(int), cudaHostAllocMapped) == cudaSuccess);
    REQUIRE(cudaEventCreate(&event) == cudaSuccess);
  }
  ~Late() {
    cudaFree(device), cudaFreeHost(host), cudaEventDestroy(event);
    for (const cudaStream_t stream : streams) cudaStreamDestroy(stream);
    plan().late = false;
  }
  void fill(int first) {
    for (int i = 0; i < 4; ++i) host[i] = first + i;
  }
  cudaError_t to_device(int stream) { return cudaMemcpyAsync(device, host, 4 * sizeof(int), cudaMemcpyHostToDevice, streams[stream]); }
  int on_device(int stream) {
    int found[4];
    REQUIRE(cudaMemcpyAsync(found, device, sizeof found, cudaMemcpyDeviceToHost, streams[stream]) == cudaSuccess);
    return found[0];
  }

  cudaStream_t streams[2] = {};
  cudaEvent_t event = nullptr;
  int* device = nullptr;
  int* host = nullptr;
};

}  // namespace

TEST_CASE("copies read memory that the device reaches when they are done, other memory when they are queued") {
  Late late;
  late.fill(10);
  REQUIRE(late.to_device(0) == cudaSuccess);
  late.fill(20);
  CHECK(late.on_device(0) == 20);
  int plain[4] = {30, 0, 0, 0};
  REQUIRE(cudaMemcpyAsync(late.device, plain, sizeof plain, cudaMemcpyHostToDevice, late.streams[0]) == cudaSuccess);
  plain[0] = 40;
  CHECK(late.on_device(0) == 30);
}

TEST_CASE("a stream waits for the record of an event that stood when it was told to") {
  Late late;
  late.fill(10);
  REQUIRE(late.to_device(0) == cudaSuccess);
  CHECK(late.on_device(1) == -1);  // without a word nothing waits: fresh memory
  REQUIRE(cudaEventRecord(late.event, late.streams[0]) == cudaSuccess);
  REQUIRE(cudaStreamWaitEvent(late.streams[1], late.event, 0) == cudaSuccess);
  CHECK(late.on_device(1) == 10);
}

TEST_CASE("an event is waited for, and two tell the time between them") {
  Late late;
  cudaEvent_t second = nullptr;
  REQUIRE(cudaEventCreate(&second) == cudaSuccess);
  REQUIRE(cudaEventRecord(late.event, late.streams[0]) == cudaSuccess);
  REQUIRE(cudaMemsetAsync(late.device, 1, 4 * sizeof(int), late.streams[0]) == cudaSuccess);
  REQUIRE(cudaEventRecord(second, late.streams[0]) == cudaSuccess);
  float milliseconds = -1;
  CHECK(cudaEventElapsedTime(&milliseconds, late.event, second) == cudaErrorNotReady);
  REQUIRE(cudaEventSynchronize(second) == cudaSuccess);
  CHECK(late.on_device(1) == 0x01010101);
  REQUIRE(cudaEventElapsedTime(&milliseconds, late.event, second) == cudaSuccess);
  CHECK(milliseconds >= 0);
  CHECK(cudaGetLastError() == cudaErrorNotReady);
  CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE("a captured step is done at each replay, and not by its capture") {
  Late late;
  late.fill(10);
  REQUIRE(cudaStreamBeginCapture(late.streams[0], cudaStreamCaptureModeThreadLocal) == cudaSuccess);
  REQUIRE(late.to_device(0) == cudaSuccess);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t replay = nullptr;
  REQUIRE(cudaStreamEndCapture(late.streams[0], &graph) == cudaSuccess);
  REQUIRE(cudaGraphInstantiate(&replay, graph, 0) == cudaSuccess);
  REQUIRE(cudaGraphDestroy(graph) == cudaSuccess);
  CHECK(late.on_device(0) == -1);
  for (const int value : {11, 12}) {
    late.fill(value);
    REQUIRE(cudaGraphLaunch(replay, late.streams[0]) == cudaSuccess);
    CHECK(late.on_device(0) == value);
  }
  REQUIRE(cudaGraphExecDestroy(replay) == cudaSuccess);
}

TEST_CASE("what must not be called while a step is captured spoils it") {
  Late late;
  REQUIRE(cudaStreamBeginCapture(late.streams[0], cudaStreamCaptureModeThreadLocal) == cudaSuccess);
  void* memory = nullptr;
  CHECK(cudaMalloc(&memory, 4) == cudaErrorStreamCaptureUnsupported);
  CHECK(cudaStreamSynchronize(late.streams[0]) == cudaErrorStreamCaptureUnsupported);
  cudaGraph_t graph = nullptr;
  CHECK(cudaStreamEndCapture(late.streams[0], &graph) == cudaErrorStreamCaptureInvalidated);
  CHECK(graph == nullptr);
}

TEST_CASE("the host may not touch what is the device's") {
  Late late;
  CHECK(last_words([&] {
          const cuda_on_host::FaultReports reports;
          late.host[0] = late.device[2];
        }).find("8 bytes into a piece of 16 bytes, which is closed") != std::string::npos);
}

TEST_CASE("memory: refused where there is no more, or none that was given") {
  void* memory = nullptr;
  CHECK(cudaMalloc(&memory, cuda_on_host::device_memory_bytes() + 1) == cudaErrorMemoryAllocation);
  CHECK(memory == nullptr);
  int own = 0;
  CHECK(cudaFree(&own) == cudaErrorInvalidValue);
  CHECK(cudaMemsetAsync(&own, 0, sizeof own, nullptr) == cudaErrorInvalidValue);
  REQUIRE(cudaMalloc(&memory, 4) == cudaSuccess);
  CHECK(cudaMemcpyAsync(memory, &own, 8, cudaMemcpyHostToDevice, nullptr) == cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(memory, &own, 4, cudaMemcpyDeviceToHost, nullptr) == cudaErrorInvalidValue);
  REQUIRE(cudaFree(memory) == cudaSuccess);
  CHECK(cudaGetLastError() == cudaErrorInvalidValue);
}
