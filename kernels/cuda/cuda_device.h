#pragma once
// An open device of the chip "cuda", its streams, and the scratch memory of operations.
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <vector>

#include "kernels/chip/operation.h"
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

/// What CUDA answered, in words. Stays within the chip: the entries of the table make a status of it.
struct DeviceError : std::runtime_error {
  DeviceError(cudaError_t which, const char* doing);
  cudaError_t code;
};

/// Throws DeviceError("`doing`: what CUDA says") unless `result` is success.
void require(cudaError_t result, const char* doing);

/// Memory of the device that grows and never shrinks: an operation of a size seen before allocates nothing.
class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  /// At least `bytes` bytes, aligned to 256. Throws Refusal where there are not so many, or where `capturing` and memory
  /// would have to grow.
  void* at_least(std::size_t bytes, bool capturing);

 private:
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  bool in_a_graph_ = false;         // a graph names memory_, for as long as the device is open
  std::vector<void*> outgrown_;     // and named these
};

/// What kernels find wrong after their operation has returned. In memory of the host that the device writes to, so that
/// looking costs no copy; a kernel sets a word to 1, from as many threads as find something.
struct LateErrors {
  uint32_t token_outside, target_outside;
};

/// Memory of the host that the device reads and writes at the same address. Move-only.
class HostBlock {
 public:
  explicit HostBlock(std::size_t bytes) { require(cudaHostAlloc(&memory_, bytes, cudaHostAllocMapped), "memory shared with the host"); }
  HostBlock(const HostBlock&) = delete;
  HostBlock& operator=(const HostBlock&) = delete;
  ~HostBlock() { cudaFreeHost(memory_); }
  std::byte* data() const { return static_cast<std::byte*>(memory_); }

 private:
  void* memory_ = nullptr;
};

/// `ordinal`, made the calling thread's current device.
inline int current(int ordinal) {
  require(cudaSetDevice(ordinal), "the device");
  return ordinal;
}

class Staging;    // copies from and to the host
class Products;   // cuBLASLt and what it chose
class Rotations;  // what rotary positions turn by

}  // namespace daybreak::kernels::cuda

struct daybreak_stream {
  daybreak_stream();
  ~daybreak_stream();

  cudaStream_t handle = nullptr;
  daybreak::kernels::cuda::Scratch scratch, product_workspace;
  bool capturing = false;
};

struct daybreak_event {
  daybreak_event() { daybreak::kernels::cuda::require(cudaEventCreate(&handle), "an event"); }
  ~daybreak_event() { cudaEventDestroy(handle); }
  daybreak_event(const daybreak_event&) = delete;
  daybreak_event& operator=(const daybreak_event&) = delete;
  cudaEvent_t handle = nullptr;
};

struct daybreak_device {
  /// Opens device `ordinal`. Throws DeviceError, and std::runtime_error where cuBLASLt does not start.
  explicit daybreak_device(int ordinal);
  ~daybreak_device();

  char error[256] = {};
  const int ordinal;
  int capability = 0;  // 10 * major + minor of the compute capability
  int multiprocessors = 0;
  int second_cache_bytes = 0;
  daybreak_stream main;  // the stream that NULL means
  daybreak::kernels::cuda::HostBlock late{sizeof(daybreak::kernels::cuda::LateErrors)};
  std::unique_ptr<daybreak::kernels::cuda::Staging> staging;
  std::unique_ptr<daybreak::kernels::cuda::Products> products;
  std::unique_ptr<daybreak::kernels::cuda::Rotations> rotations;
};

namespace daybreak::kernels::cuda {

/// The stream that the host means.
inline daybreak_stream& stream_of(daybreak_device& device, daybreak_stream* stream) {
  return stream ? *stream : device.main;
}

/// Where kernels of this device note what they find.
inline LateErrors* late_errors(const daybreak_device& device) {
  return reinterpret_cast<LateErrors*>(device.late.data());
}

/// Where an operation puts its kernels; makes the device the calling thread's current one. Throws DeviceError.
cudaStream_t queue(daybreak_device& device, daybreak_stream* stream);

/// The same where something will be copied from or to the host, which no graph can hold: that memory is the caller's for this
/// call alone. Throws Refusal too.
cudaStream_t queue_with_host(daybreak_device& device, daybreak_stream* stream);

/// `bytes` bytes for an operation, the same at every call: one call an operation, and what it needs at once is cut from
/// that (Parts). The next operation of the stream may use them. Throws Refusal.
void* scratch(daybreak_device& device, daybreak_stream* stream, std::size_t bytes);

/// Cuts scratch memory: first the parts are added, then `scratch(device, stream, parts.bytes())` is cut by at().
class Parts {
 public:
  /// The place of a further part of `bytes` bytes, aligned to 256.
  std::size_t add(std::size_t bytes) {
    const std::size_t place = bytes_;
    bytes_ += (bytes + 255) / 256 * 256;
    return place;
  }
  std::size_t bytes() const { return bytes_; }
  template <typename T>
  static T* at(void* memory, std::size_t place) {
    return reinterpret_cast<T*>(static_cast<std::byte*>(memory) + place);
  }

 private:
  std::size_t bytes_ = 0;
};

/// Blocks for `work` items, `per_block` each, of a kernel whose blocks go on to the next items by whole grids: at most so
/// many as keep every multiprocessor busy.
inline unsigned blocks_for(const daybreak_device& device, int64_t work, int64_t per_block) {
  constexpr int64_t kBlocksAtOnce = 32;  // a multiprocessor holds at most so many (CUDA C++ Programming Guide)
  const int64_t wanted = (work + per_block - 1) / per_block, most = kBlocksAtOnce * device.multiprocessors;
  return static_cast<unsigned>(wanted < most ? wanted : most);
}

/// This chip has no other layout. Throws Refusal.
inline void require_row_major(std::initializer_list<daybreak_layout> layouts) {
  for (const daybreak_layout layout : layouts)
    if (layout != DAYBREAK_ROW_MAJOR) throw Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts"};
}

}  // namespace daybreak::kernels::cuda
