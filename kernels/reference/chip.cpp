// The chip "reference": the table and what belongs to no operation.
#define DAYBREAK_CHIP_IMPLEMENTATION
#include "kernels/host/chip_table.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {
namespace {

daybreak_status device_info(int32_t ordinal, daybreak_device_info* info) {
  if (ordinal != 0 || info->struct_size < sizeof *info) return DAYBREAK_INVALID;
  std::snprintf(info->name, sizeof info->name, "the definition of every operation, plain and slow");
  info->memory_bytes = 0;
  info->threads = 1;
  info->emulated_types = 1u << DAYBREAK_BF16 | 1u << DAYBREAK_F16 | 1u << DAYBREAK_F8_E4M3 | 1u << DAYBREAK_F8_E5M2;
  return DAYBREAK_OK;
}

double score(int32_t) {
  return 0;
}

daybreak_status open(int32_t ordinal, const daybreak_open_options* options, daybreak_device** device, char* why, size_t why_size) {
  if (ordinal != 0) return DAYBREAK_INVALID;
  return open_device(options, "reference", device, why, why_size, [] { return new daybreak_device{}; });
}

int32_t supports(daybreak_device*, const daybreak_query* query) {
  if (query->op == DAYBREAK_OP_PACK || query->op >= DAYBREAK_OP_COUNT) return 0;
  for (const daybreak_dtype type : query->types)
    if (type == DAYBREAK_I32 || type == DAYBREAK_U32) return 0;
  return 1;
}

double peak_flops(daybreak_device*, daybreak_dtype) {
  return 0;
}

constexpr daybreak_chip make_table() {
  auto chip = host::make_chip<daybreak_device, Operations>("reference");
  chip.device_info = device_info;
  chip.score = score;
  chip.open = open;
  chip.supports = supports;
  chip.peak_flops = peak_flops;
  return chip;
}

constexpr daybreak_chip kTable = make_table();

}  // namespace
}  // namespace daybreak::kernels::reference

extern "C" const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t) {
  return host_major == DAYBREAK_CHIP_MAJOR ? &daybreak::kernels::reference::kTable : nullptr;
}
