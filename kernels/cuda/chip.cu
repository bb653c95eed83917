// The chip "cuda": the table, and what a device says of itself.
#define DAYBREAK_CHIP_IMPLEMENTATION
#include <algorithm>
#include <cstdio>

#include "kernels/chip/table.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/entries.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/peak.h"
#include "kernels/cuda/products.h"
#include "kernels/cuda/staging.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kLeastCapability = 80;  // of bf16 and of what the kernels are compiled for

struct Capability {
  int major = 0, minor = 0;
  int number() const { return 10 * major + minor; }
};

/// Zeros where the device does not say.
Capability capability_of(int ordinal) {
  Capability found;
  if (cudaDeviceGetAttribute(&found.major, cudaDevAttrComputeCapabilityMajor, ordinal) != cudaSuccess ||
      cudaDeviceGetAttribute(&found.minor, cudaDevAttrComputeCapabilityMinor, ordinal) != cudaSuccess)
    return {};
  return found;
}

int32_t device_count(char* why, size_t why_size) {
  int count = 0;
  const cudaError_t result = cudaGetDeviceCount(&count);
  cudaGetLastError();  // or a later call would report it again
  if (result == cudaErrorInsufficientDriver) {
    std::snprintf(why, why_size, "no driver for CUDA %d.%d: %s", CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10,
                  cudaGetErrorString(result));
    return -1;
  }
  if (result != cudaSuccess) {
    std::snprintf(why, why_size, "no GPU: %s", cudaGetErrorString(result));
    return -1;
  }
  for (int i = 0; i < count; ++i)
    if (capability_of(i).number() >= kLeastCapability) return count;
  const Capability first = capability_of(0);
  std::snprintf(why, why_size, "no GPU of compute capability 8.0 or newer: the first of %d has %d.%d", count, first.major,
                first.minor);
  return -1;
}

daybreak_status device_info(int32_t ordinal, daybreak_device_info* info) {
  cudaDeviceProp properties{};
  if (info->struct_size < sizeof *info) return DAYBREAK_INVALID;
  if (cudaGetDeviceProperties(&properties, ordinal) != cudaSuccess) return DAYBREAK_FAILED;
  std::snprintf(info->name, sizeof info->name, "%.80s (compute capability %d.%d)", properties.name, properties.major,
                properties.minor);
  info->memory_bytes = properties.totalGlobalMem;
  info->threads = 0;
  info->emulated_types = 1u << DAYBREAK_F8_E5M2;
  if (!multiplies_scaled_codes(10 * properties.major + properties.minor)) info->emulated_types |= 1u << DAYBREAK_F8_E4M3;
  return DAYBREAK_OK;
}

/// Before any processor; among GPUs, the larger one.
double score(int32_t ordinal) {
  if (capability_of(ordinal).number() < kLeastCapability) return 0;
  int multiprocessors = 0;
  cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, ordinal);
  return 100 + multiprocessors;
}

daybreak_status open(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why, size_t why_size) {
  const Capability capability = capability_of(ordinal);
  if (capability.number() < kLeastCapability) {
    std::snprintf(why, why_size, "its compute capability is %d.%d, and 8.0 is needed", capability.major, capability.minor);
    return DAYBREAK_UNSUPPORTED;
  }
  return open_device(options, "cuda", device, why, why_size, [&] { return new daybreak_device(ordinal); });
}

void close(daybreak_device* device) {
  delete device;
}

/// Types that all operations have code of their own for; products also have it for f16.
bool is_native(daybreak_op op, daybreak_dtype type) {
  return type == DAYBREAK_F32 || type == DAYBREAK_BF16 || (type == DAYBREAK_F16 && op == DAYBREAK_OP_GEMM);
}

int32_t supports(daybreak_device*, const daybreak_query* query) {
  if (query->op == DAYBREAK_OP_PACK || query->op >= DAYBREAK_OP_COUNT) return 0;
  if (!std::all_of(std::begin(query->types), std::end(query->types), is_real)) return 0;
  return std::all_of(std::begin(query->types), std::end(query->types),
                     [&](daybreak_dtype type) { return is_native(query->op, type); }) ? 2 : 1;
}

daybreak_chip make_table() {
  auto chip = begin_table<daybreak_device, Operations>("cuda");
  chip.device_count = device_count;
  chip.device_info = device_info;
  chip.score = score;
  chip.open = open;
  chip.close = close;
  fill_memory(chip);
  fill_order(chip);
  chip.supports = supports;
  chip.peak_flops = peak_flops;
  return chip;
}

}  // namespace
}  // namespace daybreak::kernels::cuda

extern "C" const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t) {
  static const daybreak_chip table = daybreak::kernels::cuda::make_table();
  return host_major == DAYBREAK_CHIP_MAJOR ? &table : nullptr;
}
