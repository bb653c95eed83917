#include "kernels/cuda/cuda_device.h"

#include <string>

#include "kernels/cuda/products.h"
#include "kernels/cuda/rotations.h"
#include "kernels/cuda/staging.h"

namespace daybreak::kernels::cuda {

DeviceError::DeviceError(cudaError_t which, const char* doing)
    : std::runtime_error(std::string(doing) + ": " + cudaGetErrorString(which)), code(which) {}

void require(cudaError_t result, const char* doing) {
  if (result == cudaSuccess) return;
  cudaGetLastError();  // or a later call would report it again
  throw DeviceError(result, doing);
}

Scratch::~Scratch() {
  cudaFree(memory_);
  for (void* const memory : outgrown_) cudaFree(memory);
}

void* Scratch::at_least(std::size_t bytes, bool capturing) {
  if (bytes > bytes_) {
    if (capturing)
      throw Refusal{DAYBREAK_FAILED, "scratch memory would have to grow while operations are captured: let them run once before"};
    if (in_a_graph_)
      outgrown_.push_back(memory_);
    else
      cudaFree(memory_);  // waits for the operations that use it
    memory_ = nullptr;
    bytes_ = 0;
    in_a_graph_ = false;
    if (cudaMalloc(&memory_, bytes) != cudaSuccess) {
      cudaGetLastError();
      throw Refusal{DAYBREAK_NO_MEMORY, "no memory for scratch space"};
    }
    bytes_ = bytes;
  }
  in_a_graph_ = in_a_graph_ || capturing;
  return memory_;
}

cudaStream_t queue(daybreak_device& device, daybreak_stream* stream) {
  current(device.ordinal);
  return stream_of(device, stream).handle;
}

cudaStream_t queue_with_host(daybreak_device& device, daybreak_stream* stream) {
  if (stream_of(device, stream).capturing)
    throw Refusal{DAYBREAK_INVALID, "what copies from or to the host cannot be captured"};
  return queue(device, stream);
}

void* scratch(daybreak_device& device, daybreak_stream* stream, std::size_t bytes) {
  daybreak_stream& of = stream_of(device, stream);
  return of.scratch.at_least(bytes, of.capturing);
}

}  // namespace daybreak::kernels::cuda

using namespace daybreak::kernels::cuda;

daybreak_stream::daybreak_stream() {
  require(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking), "a stream");
}

daybreak_stream::~daybreak_stream() {
  cudaStreamDestroy(handle);
}

daybreak_device::daybreak_device(int which) : ordinal(current(which)) {
  int major = 0, minor = 0;
  require(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, ordinal), "compute capability");
  require(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, ordinal), "compute capability");
  require(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, ordinal), "multiprocessors");
  require(cudaDeviceGetAttribute(&second_cache_bytes, cudaDevAttrL2CacheSize, ordinal), "second cache");
  capability = 10 * major + minor;
  *late_errors(*this) = {};
  staging = std::make_unique<Staging>();
  products = std::make_unique<Products>(capability);
  rotations = std::make_unique<Rotations>();
}

daybreak_device::~daybreak_device() {
  cudaSetDevice(ordinal);
  cudaDeviceSynchronize();
}
