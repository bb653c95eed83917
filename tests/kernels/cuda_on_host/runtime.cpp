// The functions of the CUDA runtime that ask the device or move memory.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "tests/kernels/cuda_on_host/capability.h"
#include "tests/kernels/cuda_on_host/faults.h"
#include "tests/kernels/cuda_on_host/memory.h"
#include "tests/kernels/cuda_on_host/streams.h"

namespace cuda_on_host {
namespace {

constexpr int kMultiprocessors = 3;  // an odd number, and few: grids go on over their work by whole strides

constexpr int kSecondCacheBytes = 1 << 20;

/// The kind that says nothing, said: by whose the two places are.
cudaMemcpyKind kind_of(const void* to, const void* from, std::size_t bytes, cudaMemcpyKind said) {
  if (said != cudaMemcpyDefault) return said;
  const bool to_device = is_device_memory(to, bytes), from_device = is_device_memory(from, bytes);
  if (to_device) return from_device ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice;
  return from_device ? cudaMemcpyDeviceToHost : cudaMemcpyHostToHost;
}

cudaError_t copy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind said, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  const cudaMemcpyKind kind = kind_of(to, from, bytes, said);
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (is_device_memory(to, bytes) != to_device || is_device_memory(from, bytes) != from_device) return cudaErrorInvalidValue;
  if (kind == cudaMemcpyHostToDevice && !is_host_memory(from, bytes) && !is_captured(stream)) {
    // Memory that the device cannot reach is read before the call returns.
    const auto* const first = static_cast<const char*>(from);
    return enqueue(stream, [to, bytes, kept = std::vector<char>(first, first + bytes)] { std::memcpy(to, kept.data(), bytes); });
  }
  const cudaError_t error = enqueue(stream, [to, from, bytes] { std::memcpy(to, from, bytes); });
  if (error == cudaSuccess && kind == cudaMemcpyDeviceToHost && !is_host_memory(to, bytes) && !is_captured(stream)) finish(stream);
  return error;
}

}  // namespace

Capability capability() {
  const char* const text = std::getenv("DAYBREAK_CUDA_ON_HOST_CAPABILITY");
  Capability found{9, 0};
  char rest = 0;
  if (text && std::sscanf(text, "%d.%d%c", &found.major, &found.minor, &rest) != 2)
    stop("DAYBREAK_CUDA_ON_HOST_CAPABILITY is '%s', expected a compute capability such as 8.0", text);
  return found;
}

}  // namespace cuda_on_host

using namespace cuda_on_host;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  return noted(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (device != 0) return noted(cudaErrorInvalidDevice);
  switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor:
      *value = capability().major;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
      *value = capability().minor;
      return cudaSuccess;
    case cudaDevAttrMultiProcessorCount:
      *value = kMultiprocessors;
      return cudaSuccess;
    case cudaDevAttrL2CacheSize:
      *value = kSecondCacheBytes;
      return cudaSuccess;
    default:
      stop("attribute %d of a device is not emulated", static_cast<int>(attribute));
  }
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return noted(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "CUDA on the host");
  properties->totalGlobalMem = device_memory_bytes();
  properties->major = capability().major, properties->minor = capability().minor;
  properties->multiProcessorCount = kMultiprocessors;
  properties->warpSize = 32;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* unused, size_t* all) {
  const std::scoped_lock hold(runtime_mutex());
  *all = device_memory_bytes();
  *unused = *all - device_memory_used();
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, size_t bytes) {
  const std::scoped_lock hold(runtime_mutex());
  *memory = nullptr;
  if (capturing()) return noted(spoil_captures());
  if (bytes == 0) return cudaSuccess;
  *memory = allocate(bytes);
  return noted(*memory ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* memory) {
  const std::scoped_lock hold(runtime_mutex());
  if (!memory) return cudaSuccess;
  if (capturing()) return noted(spoil_captures());
  finish_all();
  return noted(release(memory) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned) {
  const std::scoped_lock hold(runtime_mutex());
  if (capturing()) return noted(spoil_captures());
  *memory = allocate_host(bytes);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
  const std::scoped_lock hold(runtime_mutex());
  if (!memory) return cudaSuccess;
  finish_all();
  return noted(release_host(memory) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  return noted(copy(to, from, bytes, kind, stream));
}

cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream) {
  const std::scoped_lock hold(runtime_mutex());
  if (bytes == 0) return cudaSuccess;
  if (!is_device_memory(memory, bytes)) return noted(cudaErrorInvalidValue);
  return noted(enqueue(stream, [=] { std::memset(memory, value, bytes); }));
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorInvalidValue:
      return "invalid argument";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorInvalidResourceHandle:
      return "invalid resource handle";
    case cudaErrorNotReady:
      return "device not ready";
    default:
      return "an error of the emulation";
  }
}

}  // extern "C"
