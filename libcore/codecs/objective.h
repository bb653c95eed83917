#pragma once
// What is to be small: the bytes alone, or the time until they are decoded.
#include <array>
#include <cstdint>

namespace daybreak::codecs {

/// Chunks are read over a link of so many MB/s and then decoded by one thread; 0: bytes alone count.
struct Objective {
  std::uint32_t link_mb_s = 0;

  /// In bytes: those that are read, and those that the link could have brought while they are decoded.
  std::uint64_t cost(std::uint64_t bytes, std::uint64_t decode_ns) const {
    return bytes + decode_ns * link_mb_s / 1000;
  }
};

constexpr Objective kSmallest{0}, kBalanced{200}, kFastest{2000};

/// 2^(log / 256) in 1/65536, for logs from -16 * 256 to 47 * 256; beyond them that of the nearest.
constexpr std::uint64_t exp2_fixed(std::int32_t log) {
  constexpr auto kTable = [] {
    // 2^(1/256), multiplied up in 1/2^62.
    std::array<std::uint64_t, 256> table{};
    constexpr std::uint64_t kOne = std::uint64_t{1} << 62, kRoot = 4624189567668517720;
    std::uint64_t power = kOne;
    for (std::uint64_t& entry : table) {
      entry = power >> 46;
      power = static_cast<std::uint64_t>(static_cast<unsigned __int128>(power) * kRoot >> 62);
    }
    return table;
  }();
  log = log < -16 * 256 ? -16 * 256 : log > 47 * 256 ? 47 * 256 : log;
  const std::uint64_t part = kTable[static_cast<std::uint32_t>(log) & 255];
  const std::int32_t whole = log >> 8;
  return whole < 0 ? part >> -whole : part << whole;
}

}  // namespace daybreak::codecs
