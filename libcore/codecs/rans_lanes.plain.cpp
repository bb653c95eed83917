#include "libcore/codecs/rans_lanes.h"

namespace daybreak::codecs::rans::plain {
namespace {

template <bool kContexts>
std::size_t run(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts, std::uint8_t* symbols,
                std::size_t groups) {
  std::size_t done = 0;
  const std::uint8_t* words = lanes.words;
  for (; done < groups && lanes.end - words >= kGroupBytes; ++done) {
    for (unsigned lane = 0; lane < 32; ++lane) {
      const std::size_t at = done * 32 + lane;
      std::uint32_t x = lanes.states[lane];
      const std::uint32_t entry = tables[(kContexts ? std::size_t{contexts[at]} << 12 : 0) | (x & 0xFFF)];
      x = (entry >> 20) * (x >> 12) + (entry >> 8 & 0xFFF);
      if (x < 0x10000) {
        x = x << 16 | words[0] | static_cast<std::uint32_t>(words[1]) << 8;
        words += 2;
      }
      lanes.states[lane] = x;
      symbols[at] = static_cast<std::uint8_t>(entry);
    }
  }
  lanes.words = words;
  return done;
}

std::size_t decode_groups(Lanes& lanes, const std::uint32_t* tables, const std::uint8_t* contexts,
                          std::uint8_t* symbols, std::size_t groups) {
  return contexts ? run<true>(lanes, tables, contexts, symbols, groups)
                  : run<false>(lanes, tables, contexts, symbols, groups);
}

}  // namespace

const LaneKernel& kernel() {
  static const LaneKernel own{"plain", InstructionSet::plain, decode_groups};
  return own;
}

}  // namespace daybreak::codecs::rans::plain
