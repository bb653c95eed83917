#pragma once
// Takes the place of kernels/cuda/launch.h where the chip runs on the host.
#include <cuda_runtime.h>

#include <cstddef>
#include <type_traits>

#include "kernels/cuda/cuda_device.h"
#include "tests/kernels/cuda_on_host/block.h"
#include "tests/kernels/cuda_on_host/streams.h"

namespace daybreak::kernels::cuda {

/// Queues `kernel` on `stream`; its arguments are kept as they are now.
template <typename... P>
void launch(void (*kernel)(P...), dim3 grid, dim3 block, std::size_t dynamic_shared_bytes, cudaStream_t stream,
            std::type_identity_t<P>... arguments) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  const std::scoped_lock hold(cuda_on_host::runtime_mutex());
  const cuda_on_host::Kernel started{reinterpret_cast<const void*>(kernel), [=] { kernel(arguments...); }, grid, block,
                                     dynamic_shared_bytes};
  require(cuda_on_host::enqueue(stream, [started] { cuda_on_host::run(started); }), "start of a kernel");
}

/// The block's dynamic shared memory, aligned to 128 bytes.
template <typename T>
T* dynamic_shared() {
  return static_cast<T*>(cuda_on_host::dynamic_shared_memory());
}

}  // namespace daybreak::kernels::cuda
