#pragma once
// Bytes of a small table by vectors. Types alone: what is inline here would be compiled with flags that not every
// processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::lookup {

constexpr std::size_t kEntries = 640;

/// found[i] = table[places[i]], of kEntries entries; places are below kEntries. Returns how many it did: a multiple of a
/// vector.
struct Kernel {
  const char* name;
  InstructionSet needs;
  std::size_t (*find)(const std::uint8_t* table, const std::uint16_t* places, std::uint8_t* found, std::size_t count);
};

/// All kernels that this processor runs, the fastest last; there may be none.
std::span<const Kernel* const> kernels();

namespace avx512vbmi {
const Kernel& kernel();
}

}  // namespace daybreak::codecs::lookup
