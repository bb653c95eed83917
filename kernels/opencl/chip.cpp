// The chip "opencl": the table and what belongs to no operation.
#define DAYBREAK_CHIP_IMPLEMENTATION
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "kernels/chip/table.h"
#include "kernels/opencl/discovery.h"
#include "kernels/opencl/memory.h"
#include "kernels/opencl/operations.h"
#include "kernels/opencl/order.h"
#include "kernels/opencl/peak.h"

namespace daybreak::kernels::opencl {
namespace {

/// Found once: handles of devices stay valid, and platforms take long to start.
struct Found {
  std::string why;
  std::vector<cl_device_id> devices = find_devices(why);
};

const Found& found() {
  static const Found here;
  return here;
}

int32_t device_count(char* why, size_t why_size) {
  try {
    if (!found().devices.empty()) return static_cast<int32_t>(found().devices.size());
    std::snprintf(why, why_size, "%s", found().why.c_str());
  } catch (const std::exception& error) {
    std::snprintf(why, why_size, "the OpenCL platforms cannot be listed: %s", error.what());
  }
  return -1;
}

/// NULL where there is no such device.
cl_device_id device_at(int32_t ordinal) {
  const auto& devices = found().devices;
  return ordinal >= 0 && static_cast<size_t>(ordinal) < devices.size() ? devices[static_cast<size_t>(ordinal)]
                                                                       : nullptr;
}

daybreak_status device_info(int32_t ordinal, daybreak_device_info* info) {
  const cl_device_id device = device_at(ordinal);
  if (!device || info->struct_size < sizeof *info) return DAYBREAK_INVALID;
  std::string name = text_property(device, CL_DEVICE_NAME), version = text_property(device, CL_DEVICE_VERSION);
  name.erase(0, name.find_first_not_of(' '));
  // "OpenCL 3.0", without what the driver adds.
  version.resize(std::min(version.size(), version.find(' ', version.find(' ') + 1)));
  std::snprintf(info->name, sizeof info->name, "%.80s (%.40s)", name.c_str(), version.c_str());
  info->memory_bytes = property<cl_ulong>(device, CL_DEVICE_GLOBAL_MEM_SIZE);
  info->threads = 0;  // its memory is not the host's, even where it is a processor
  info->emulated_types = 1u << DAYBREAK_BF16 | 1u << DAYBREAK_F16 | 1u << DAYBREAK_F8_E4M3 | 1u << DAYBREAK_F8_E5M2;
  return DAYBREAK_OK;
}

/// The chip cpu says 1: a graphics card of its own memory is faster than that, and one that shares the processor's is
/// not. The chip cuda says 100 of the same cards. Processors and what is neither are taken by name only: the chip cpu
/// knows processors better.
double score(int32_t ordinal) {
  constexpr double kOwnMemory = 10, kSharedMemory = 0.5;
  const cl_device_id device = device_at(ordinal);
  if (!device || !(property<cl_device_type>(device, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_GPU)) return 0;
  return property<cl_bool>(device, CL_DEVICE_HOST_UNIFIED_MEMORY) ? kSharedMemory : kOwnMemory;
}

daybreak_status open(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why,
                     size_t why_size) {
  const cl_device_id chosen = device_at(ordinal);
  if (!chosen) return DAYBREAK_INVALID;
  return open_device(options, "opencl", device, why, why_size, [&] { return new daybreak_device(chosen); });
}

void close(daybreak_device* device) {
  finish_all(*device);
  delete device;
}

/// All of it by conversion to float32, which alone is multiplied here.
int32_t supports(daybreak_device*, const daybreak_query* query) {
  if (query->op == DAYBREAK_OP_PACK || query->op >= DAYBREAK_OP_COUNT) return 0;
  int32_t answer = 2;
  for (const daybreak_dtype type : query->types) {
    if (type > DAYBREAK_F8_E5M2) return 0;
    if (type != DAYBREAK_F32) answer = 1;
  }
  return answer;
}

constexpr daybreak_chip make_table() {
  auto chip = begin_table<daybreak_device, Operations>("opencl");
  chip.device_count = device_count;
  chip.device_info = device_info;
  chip.score = score;
  chip.open = open;
  chip.close = close;
  chip.allocate = allocate;
  chip.release = release;
  chip.copy_in = copy_in;
  chip.copy_out = copy_out;
  chip.copy = copy;
  chip.fill_zero = fill_zero;
  chip.stream_create = stream_create;
  chip.stream_destroy = stream_destroy;
  chip.stream_synchronize = stream_synchronize;
  chip.event_create = event_create;
  chip.event_destroy = event_destroy;
  chip.event_record = event_record;
  chip.stream_wait = stream_wait;
  chip.event_elapsed_s = event_elapsed_s;
  chip.supports = supports;
  chip.peak_flops = peak_flops;
  return chip;
}

constexpr daybreak_chip kTable = make_table();

}  // namespace
}  // namespace daybreak::kernels::opencl

extern "C" const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t) {
  return host_major == DAYBREAK_CHIP_MAJOR ? &daybreak::kernels::opencl::kTable : nullptr;
}
