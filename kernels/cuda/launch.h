#pragma once
// The two places where CUDA extends the grammar of C++: starting a kernel and the shared memory whose size the start
// says. Everything else in this folder is C++ with CUDA's keywords.
#include <cuda_runtime.h>

#include <cstddef>
#include <type_traits>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

/// The most dynamic shared memory of a block that a kernel may have without asking (CUDA C++ Programming Guide,
/// "Compute Capabilities").
constexpr std::size_t kSharedBytesWithoutAsking = 48 * 1024;

/// Queues `kernel` on `stream` with `dynamic_shared_bytes` bytes of dynamic_shared() a block. A grid without blocks does
/// nothing. Throws DeviceError.
template <typename... P>
void launch(void (*kernel)(P...), dim3 grid, dim3 block, std::size_t dynamic_shared_bytes, cudaStream_t stream,
            std::type_identity_t<P>... arguments) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  const void* const function = reinterpret_cast<const void*>(kernel);
  if (dynamic_shared_bytes > kSharedBytesWithoutAsking)
    require(cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(dynamic_shared_bytes)),
            "shared memory of a kernel");
  void* pointers[] = {static_cast<void*>(&arguments)..., nullptr};
  require(cudaLaunchKernel(function, grid, block, pointers, dynamic_shared_bytes, stream), "start of a kernel");
}

#ifdef __CUDACC__
extern __shared__ __align__(128) unsigned char dynamic_shared_bytes_of_the_block[];

/// The block's dynamic shared memory, aligned to 128 bytes.
template <typename T>
__device__ T* dynamic_shared() {
  return reinterpret_cast<T*>(dynamic_shared_bytes_of_the_block);
}
#endif

}  // namespace daybreak::kernels::cuda
