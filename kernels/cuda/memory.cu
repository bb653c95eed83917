// Memory of the device, and copies.
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/entries.h"
#include "kernels/cuda/staging.h"

namespace daybreak::kernels::cuda {
namespace {

daybreak_status allocate(daybreak_device* device, size_t bytes, void** memory) {
  size_t free = 0, all = 0;
  const daybreak_status status = guarded(device, [&] {
    current(device->ordinal);
    const cudaError_t result = cudaMalloc(memory, bytes);
    if (result != cudaErrorMemoryAllocation) return require(result, "allocate");
    cudaGetLastError();  // or a later call would report it again
    require(cudaMemGetInfo(&free, &all), "memory of the device");
    throw Refusal{DAYBREAK_NO_MEMORY, "no memory"};
  });
  if (status != DAYBREAK_NO_MEMORY) return status;
  return fail(device, status, "no memory for %zu bytes: %zu of the device's %zu are free", bytes, free, all);
}

/// Whatever still uses the memory is waited for.
void release(daybreak_device* device, void* memory) {
  cudaSetDevice(device->ordinal);
  cudaDeviceSynchronize();
  cudaFree(memory);
  cudaGetLastError();  // the table has no place for a failure here: the next call that fails says more
}

daybreak_status copy_in(daybreak_device* device, daybreak_stream* stream, void* to, const void* from_host, size_t bytes) {
  return guarded(device, [&] { device->staging->copy_in(queue_with_host(*device, stream), to, from_host, bytes); });
}

daybreak_status copy_out(daybreak_device* device, daybreak_stream* stream, void* to_host, const void* from, size_t bytes) {
  return guarded(device, [&] { device->staging->copy_out(queue_with_host(*device, stream), to_host, from, bytes); });
}

daybreak_status copy(daybreak_device* device, daybreak_stream* stream, void* to, const void* from, size_t bytes) {
  return guarded(device, [&] {
    const cudaStream_t on = queue(*device, stream);
    if (bytes != 0) require(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, on), "copy");
  });
}

daybreak_status fill_zero(daybreak_device* device, daybreak_stream* stream, void* memory, size_t bytes) {
  return guarded(device, [&] {
    const cudaStream_t on = queue(*device, stream);
    if (bytes != 0) require(cudaMemsetAsync(memory, 0, bytes, on), "fill_zero");
  });
}

}  // namespace

void fill_memory(daybreak_chip& chip) {
  chip.allocate = allocate;
  chip.release = release;
  chip.copy_in = copy_in;
  chip.copy_out = copy_out;
  chip.copy = copy;
  chip.fill_zero = fill_zero;
}

}  // namespace daybreak::kernels::cuda
