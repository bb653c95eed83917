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

constexpr unsigned kNibble = 4, kMostRun = 15, kZerosBits = 3, kMostZeros = 7;

}  // namespace

namespace {

/// The best frequencies that are multiples of `unit`; more symbols occur than one, and at most as many as there are
/// units.
Frequencies normalize_by(std::span<const std::uint32_t, 256> counts, std::uint64_t total, std::uint32_t unit) {
  Frequencies frequencies{};
  const std::uint32_t scale = kScale / unit;
  std::uint32_t sum = 0;
  for (std::size_t s = 0; s < 256; ++s) {
    if (counts[s] == 0) continue;
    const std::uint64_t share = (std::uint64_t{counts[s]} * scale + total / 2) / total;
    frequencies[s] = static_cast<std::uint16_t>(std::clamp<std::uint64_t>(share, 1, scale - 1));
    sum += frequencies[s];
  }
  for (; sum > scale; --sum) adjust(counts, frequencies, -1);
  for (; sum < scale; ++sum) adjust(counts, frequencies, +1);
  for (std::uint16_t& frequency : frequencies) frequency = static_cast<std::uint16_t>(frequency * unit);
  return frequencies;
}

}  // namespace

Frequencies normalize(std::span<const std::uint32_t, 256> counts) {
  std::uint64_t total = 0;
  std::size_t used = 0, last = 0;
  for (std::size_t s = 0; s < 256; ++s)
    if (counts[s] > 0) total += counts[s], last = s, ++used;
  if (used <= 1) {
    // A symbol that never comes takes one slot, for no frequency is kScale.
    Frequencies frequencies{};
    frequencies[last] = kScale - 1;
    frequencies[last == 0 ? 1 : 0] = 1;
    return frequencies;
  }
  constexpr std::uint64_t kFew = 32768;
  Frequencies best = normalize_by(counts, total, 1);
  std::uint64_t best_cost = coded_cost(counts, best);
  for (std::uint32_t unit = 2, saved = 1; total < kFew && unit <= 32 && 2 * used <= kScale / unit; unit *= 2, ++saved) {
    const Frequencies coarse = normalize_by(counts, total, unit);
    const std::uint64_t cost = coded_cost(counts, coarse), gained = saved * used * kOneBit;
    if (cost < best_cost + gained) best_cost = cost - std::min(cost, gained), best = coarse;
  }
  return best;
}

std::uint64_t coded_cost(std::span<const std::uint32_t, 256> counts, const Frequencies& frequencies) {
  std::uint64_t cost = 0;
  for (std::size_t s = 0; s < 256; ++s)
    if (counts[s] > 0) cost += counts[s] * (kScaleBits * kOneBit - log2_cost(frequencies[s]));
  return cost;
}

namespace {

void write_table(const Frequencies& frequencies, BitWriter& bits) {
  unsigned all = kScale, last = 255;
  for (const std::uint16_t frequency : frequencies) all |= frequency;
  while (frequencies[last] == 0) --last;
  const auto zeros = std::min(static_cast<unsigned>(std::countr_zero(all)), kMostZeros);
  bits.put(zeros, kZerosBits);
  bits.put(last, 8);
  for (std::size_t s = 0; s <= last; ++s) {
    const unsigned frequency = frequencies[s] >> zeros, width = static_cast<unsigned>(std::bit_width(frequency));
    bits.put(width, kNibble);
    if (width > 0) {
      bits.put(frequency & ((1u << (width - 1)) - 1), width - 1);
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
}

bool read_table(BitReader& bits, Frequencies& frequencies) {
  frequencies = {};
  const auto zeros = static_cast<unsigned>(bits.get(kZerosBits));
  const std::size_t last = static_cast<std::size_t>(bits.get(8));
  std::uint32_t sum = 0;
  for (std::size_t s = 0; s <= last; ++s) {
    const unsigned width = static_cast<unsigned>(bits.get(kNibble));
    if (width + zeros > kScaleBits) return false;
    if (width > 0) {
      frequencies[s] = static_cast<std::uint16_t>((1u << (width - 1) | bits.get(width - 1)) << zeros);
      sum += frequencies[s];
      continue;
    }
    for (unsigned run = kMostRun; run == kMostRun && s <= last; s += run)
      run = static_cast<unsigned>(bits.get(kNibble));
  }
  return sum == kScale;
}

}  // namespace

void write_frequencies(std::span<const Frequencies> tables, ByteWriter& out) {
  BitWriter bits;
  for (const Frequencies& table : tables) write_table(table, bits);
  out.block(bits.finish_bare());
}

bool read_frequencies(ByteReader& in, std::span<Frequencies> tables) {
  const Bytes bytes = padded(in.block());
  BitReader bits(bytes);
  for (Frequencies& table : tables)
    if (!read_table(bits, table)) return false;
  return in.ok() && bits.finished();
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
