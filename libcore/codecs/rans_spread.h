#pragma once
// Which word a lane takes when some of eight lanes take one each, for instruction sets that have no expansion.
#include <cstdint>

namespace daybreak::codecs::rans {

/// For each set of lanes that want a word: which of the next words each takes.
struct Spread {
  std::uint8_t of[256][8];
};

constexpr Spread make_spread() {
  Spread spread{};
  for (unsigned mask = 0; mask < 256; ++mask) {
    std::uint8_t next = 0;
    for (unsigned lane = 0; lane < 8; ++lane)
      if (mask >> lane & 1) spread.of[mask][lane] = next++;
  }
  return spread;
}

}  // namespace daybreak::codecs::rans
