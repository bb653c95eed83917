#pragma once
// What a symbol of a context stream (context_decoder.h) does to its lane, for 8 lanes at once; once for each
// instruction set. Types alone: what is inline here would be compiled with flags that not every processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::lanes {

constexpr std::size_t kAtOnce = 8;

constexpr unsigned kTableShift = 10;

/// What was found in the lanes: of each its table, times 2^kTableShift, and the symbol, whatever stands above its byte.
struct Found {
  std::uint16_t tables[kAtOnce], symbols[kAtOnce];
};

/// The lanes go on to their next states; returns the words that are left, of which they may take 16 bytes. `spans`: of
/// each table and symbol the start, and its frequency in the high half.
struct Kernel {
  const char* name;
  InstructionSet needs;
  const std::uint8_t* (*advance)(std::uint32_t* states, const std::uint8_t* words, const Found& found,
                                 const std::uint32_t* spans);
};

/// All kernels that this processor runs, "plain" first.
std::span<const Kernel* const> kernels();

namespace plain {
const Kernel& kernel();
}
namespace avx2 {
const Kernel& kernel();
}
namespace avx512 {
const Kernel& kernel();
}

}  // namespace daybreak::codecs::lanes
