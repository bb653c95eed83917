#include "libcore/codecs/context_lanes.h"

namespace daybreak::codecs::lanes {
namespace plain {
namespace {

const std::uint8_t* advance(std::uint32_t* states, const std::uint8_t* words, const Found& found,
                            const std::uint32_t* spans) {
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    const std::uint32_t span = spans[found.tables[i] >> (kTableShift - 8) | (found.symbols[i] & 0xFF)];
    const std::uint32_t x = (span >> 16) * (states[i] >> 12) + (states[i] & 0xFFF) - (span & 0xFFFF);
    const std::uint32_t refilled = x << 16 | words[0] | static_cast<std::uint32_t>(words[1]) << 8;
    const std::uint32_t low = x < 0x10000;  // arithmetic, for nobody foresees it
    states[i] = x ^ ((x ^ refilled) & (0 - low));
    words += 2 * low;
  }
  return words;
}

}  // namespace

const Kernel& kernel() {
  static const Kernel own{"plain", InstructionSet::plain, advance};
  return own;
}

}  // namespace plain

std::span<const Kernel* const> kernels() {
  static const Kernel* const all[] = {DAYBREAK_KERNEL_FAMILY};
  return usable_kernels<Kernel>(all);
}

}  // namespace daybreak::codecs::lanes
