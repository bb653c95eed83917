#pragma once
// Offsets of bins (bins.h) by vectors of fields, once for each instruction set. Types alone: what is inline here would
// be compiled with flags that not every processor takes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs::offsets {

/// Of each of 256 symbols the lower bound, and the width in bits, at most 32.
struct BinTable {
  std::uint32_t lower[256];
  std::uint8_t lower_planes[4][256];  // the same by bytes, the lowest first
  std::uint8_t width[256 + 3];        // some more, for what loads four
};

/// What a kernel reads from and advances.
struct Source {
  const std::uint8_t* bytes;
  std::size_t size;
  std::uint64_t position;  // in bits
  const BinTable* bins;
};

/// values[i] = lower bound of symbols[i] + the next field of its width; while kGuard bytes are left. Returns how many
/// it did: a multiple of a vector.
struct Kernel {
  const char* name;
  InstructionSet needs;
  std::size_t (*read)(Source& source, const std::uint8_t* symbols, std::uint32_t* values, std::size_t count);
};

constexpr int kNarrow = 25;          // such a field lies in 4 bytes, wherever it begins in the first
constexpr std::size_t kGuard = 320;  // 64 fields of 32 bits, and a vector behind them

/// All kernels that this processor runs, the fastest last; there may be none.
std::span<const Kernel* const> kernels();

namespace avx2 {
const Kernel& kernel();
}
namespace avx512vbmi {
const Kernel& kernel();
}

}  // namespace daybreak::codecs::offsets
