#include <algorithm>
#include <bit>

#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/cost.h"
#include "libcore/codecs/rans.h"

namespace daybreak::codecs::rans {
namespace {

/// Bits that `count` symbols gain when their frequency grows from `from` to `to` (negative where they lose).
std::int64_t gain(std::uint32_t count, unsigned from, unsigned to) {
  return static_cast<std::int64_t>(count) *
         (static_cast<std::int64_t>(log2_cost(to)) - static_cast<std::int64_t>(log2_cost(from)));
}

/// Moves the sum by one unit, up or down, where that is cheapest. Ties go to the lowest symbol.
void adjust(std::span<const std::uint32_t, 256> counts, Frequencies& frequencies, int by) {
  std::size_t best = 256;
  std::int64_t best_gain = 0;
  for (std::size_t s = 0; s < 256; ++s) {
    const unsigned now = frequencies[s];
    if (now == 0 || (by < 0 && now == 1)) continue;
    const std::int64_t change = gain(counts[s], now, static_cast<unsigned>(static_cast<int>(now) + by));
    if (best == 256 || change > best_gain) best = s, best_gain = change;
  }
  frequencies[best] = static_cast<std::uint16_t>(frequencies[best] + by);
}

constexpr unsigned kNibble = 4, kMostRun = 15;

}  // namespace

Frequencies normalize(std::span<const std::uint32_t, 256> counts) {
  Frequencies frequencies{};
  std::uint64_t total = 0;
  for (const std::uint32_t count : counts) total += count;
  total = std::max<std::uint64_t>(total, 1);
  std::uint32_t sum = 0;
  std::size_t used = 0, last = 0;
  for (std::size_t s = 0; s < 256; ++s) {
    if (counts[s] == 0) continue;
    const std::uint64_t share = (std::uint64_t{counts[s]} * kScale + total / 2) / total;
    frequencies[s] = static_cast<std::uint16_t>(std::clamp<std::uint64_t>(share, 1, kScale - 1));
    sum += frequencies[s], last = s, ++used;
  }
  if (used <= 1) {
    // A symbol that never comes takes one slot, for no frequency is kScale.
    frequencies[last] = kScale - 1;
    frequencies[last == 0 ? 1 : 0] = 1;
    return frequencies;
  }
  for (; sum > kScale; --sum) adjust(counts, frequencies, -1);
  for (; sum < kScale; ++sum) adjust(counts, frequencies, +1);
  return frequencies;
}

std::uint64_t coded_cost(std::span<const std::uint32_t, 256> counts, const Frequencies& frequencies) {
  std::uint64_t cost = 0;
  for (std::size_t s = 0; s < 256; ++s)
    if (counts[s] > 0) cost += counts[s] * (kScaleBits * kOneBit - log2_cost(frequencies[s]));
  return cost;
}

void write_frequencies(const Frequencies& frequencies, ByteWriter& out) {
  std::size_t last = 255;
  while (frequencies[last] == 0) --last;
  BitWriter bits;
  for (std::size_t s = 0; s <= last; ++s) {
    const unsigned width = static_cast<unsigned>(std::bit_width(frequencies[s]));
    bits.put(width, kNibble);
    if (width > 0) {
      bits.put(frequencies[s] & ((1u << (width - 1)) - 1), width - 1);
      continue;
    }
    for (unsigned run;; s += run) {
      for (run = 0; run < kMostRun && frequencies[s + run + 1] == 0;) ++run;
      bits.put(run, kNibble);
      if (run < kMostRun) {
        s += run;
        break;
      }
    }
  }
  out.byte(static_cast<std::uint8_t>(last));
  out.block(bits.finish());
}

bool read_frequencies(ByteReader& in, Frequencies& frequencies) {
  frequencies = {};
  const std::size_t last = in.byte();
  BitReader bits(in.block());
  if (!in.ok() || !bits.usable()) return false;
  std::uint32_t sum = 0;
  for (std::size_t s = 0; s <= last; ++s) {
    const unsigned width = static_cast<unsigned>(bits.get(kNibble));
    if (width > kScaleBits) return false;
    if (width > 0) {
      frequencies[s] = static_cast<std::uint16_t>(1u << (width - 1) | bits.get(width - 1));
      sum += frequencies[s];
      continue;
    }
    for (unsigned run = kMostRun; run == kMostRun && s <= last; s += run)
      run = static_cast<unsigned>(bits.get(kNibble));
  }
  return bits.finished() && sum == kScale;
}

void fill_decode_table(const Frequencies& frequencies, std::span<DecodeEntry> table) {
  constexpr std::uint32_t kAtOnce = 8;
  std::uint32_t slot = 0;
  for (std::uint32_t symbol = 0; symbol < 256; ++symbol) {
    const std::uint32_t frequency = frequencies[symbol], first = symbol | frequency << 20;
    DecodeEntry* const entries = table.data() + slot;
    slot += frequency;
    std::uint32_t i = 0;
    // Entries too many are those of the next symbol, which overwrites them.
    for (; i < frequency && slot - frequency + i + kAtOnce <= kScale; i += kAtOnce)
      for (std::uint32_t k = 0; k < kAtOnce; ++k) entries[i + k] = first + ((i + k) << 8);
    for (; i < frequency; ++i) entries[i] = first + (i << 8);
  }
}

}  // namespace daybreak::codecs::rans
