#pragma once
// The inner loop of the decoder, once for each instruction set. Types alone: what is inline here would be compiled with
// flags that not every processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::rans {

/// What a kernel advances: states of 32 lanes, and the words that are left.
struct Lanes {
  std::uint32_t states[32];
  const std::uint8_t* words;
  const std::uint8_t* end;
};

/// Decodes whole groups of 32 symbols while 64 bytes of words are left, which is what a group can take; returns the
/// groups done. contexts: null for table 0 alone.
struct LaneKernel {
  const char* name;
  InstructionSet needs;
  std::size_t (*decode_groups)(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts,
                               std::uint8_t* symbols, std::size_t groups);
};

constexpr std::ptrdiff_t kGroupBytes = 64;

/// All symbols, from lane 0 on; near their end words are read from a copy with zeros behind it. Where more are taken than
/// there are, lanes never end as those of a whole stream do. No contexts: table 0 alone.
void decode_symbols(const LaneKernel& kernel, Lanes& lanes, const std::uint32_t* tables,
                    std::span<const std::uint8_t> contexts, std::span<std::uint8_t> symbols);

namespace plain {
const LaneKernel& kernel();
}
namespace avx2 {
const LaneKernel& kernel();
}
namespace avx512 {
const LaneKernel& kernel();
}

}  // namespace daybreak::codecs::rans
