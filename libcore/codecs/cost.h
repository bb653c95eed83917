#pragma once
// What symbols cost, in 1/65536 bits and in integers, so that every processor makes the same choices.
#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace daybreak::codecs {

constexpr unsigned kCostShift = 16;
constexpr std::uint64_t kOneBit = std::uint64_t{1} << kCostShift;

namespace detail {

constexpr unsigned kLogIndexBits = 11;

/// log2(1 + i / 2048) for every i, by repeated squaring.
constexpr auto make_log_table() {
  std::array<std::uint32_t, 1u << kLogIndexBits> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint64_t x = (std::uint64_t{1} << 31) + (std::uint64_t{i} << (31 - kLogIndexBits));
    std::uint32_t log = 0;
    for (unsigned bit = 0; bit < kCostShift; ++bit) {
      x = x * x >> 31;
      log <<= 1;
      if (x >> 32) {
        x >>= 1;
        ++log;
      }
    }
    table[i] = log;
  }
  return table;
}
inline constexpr auto kLogTable = make_log_table();

}  // namespace detail

/// log2(x) for x > 0, rounded down by at most 1/1400 of a bit.
constexpr std::uint64_t log2_cost(std::uint64_t x) {
  const unsigned top = static_cast<unsigned>(std::bit_width(x)) - 1;
  const std::uint64_t fraction =
      top >= detail::kLogIndexBits ? x >> (top - detail::kLogIndexBits) : x << (detail::kLogIndexBits - top);
  return (std::uint64_t{top} << kCostShift) + detail::kLogTable[fraction - (1u << detail::kLogIndexBits)];
}

/// What `counts` symbols cost by their own frequencies: N log N - sum of c log c.
constexpr std::uint64_t entropy_cost(std::span<const std::uint32_t> counts) {
  std::uint64_t total = 0, own = 0;
  for (const std::uint64_t count : counts)
    if (count > 0) {
      total += count;
      own += count * log2_cost(count);
    }
  return total == 0 ? 0 : total * log2_cost(total) - own;
}

}  // namespace daybreak::codecs
