#pragma once
// The counting behind features.h, in integers.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/cost.h"

namespace daybreak::codecs {

constexpr unsigned kFeatureShift = 8;  // bits are in 1/256

/// A cost of cost.h, shared by `count` values.
inline std::int16_t bits_feature(std::uint64_t cost, std::size_t count) {
  return static_cast<std::int16_t>((cost / count) >> (kCostShift - kFeatureShift));
}

inline std::int16_t log_feature(std::uint64_t number) {
  return number == 0 ? std::int16_t{0} : static_cast<std::int16_t>(log2_cost(number) >> (kCostShift - kFeatureShift));
}

inline std::int16_t share_feature(std::size_t part, std::size_t whole) {
  return static_cast<std::int16_t>(part * 1024 / whole);
}

/// A magnitude as magnitude_bins() classes it.
struct MagnitudeClass {
  unsigned index, width;
};
template <class Word>
MagnitudeClass magnitude_class(Word value) {
  if (value < 16) return {static_cast<unsigned>(value), 0};
  const auto top = static_cast<unsigned>(std::bit_width(value)) - 1;
  return {16 + 4 * (top - 4) + static_cast<unsigned>(value >> (top - 2) & 3), top - 2};
}

/// Classes by their own odds, and the bits within them.
template <class Word>
std::int16_t magnitude_feature(std::span<const Word> values) {
  std::array<std::uint32_t, 256> counts{};
  std::uint64_t cost = 0;
  for (const Word value : values) {
    const MagnitudeClass one = magnitude_class(value);
    ++counts[one.index];
    cost += one.width * kOneBit;
  }
  return bits_feature(cost + entropy_cost(counts), values.size());
}

/// The same with the odds by the two magnitudes before.
template <class Word>
std::int16_t context_feature(std::span<const Word> values) {
  constexpr unsigned kLevels = 8;
  std::uint64_t widths = 0, cost = 0;
  for (const Word value : values) widths += static_cast<unsigned>(std::bit_width(value));
  const auto mean = static_cast<int>(widths / values.size());
  std::array<std::array<std::uint32_t, 256>, kLevels> counts{};
  int before = mean, earlier = mean;
  for (const Word value : values) {
    const int level = std::clamp((before + earlier) / 2 - mean + static_cast<int>(kLevels / 2), 0, int{kLevels} - 1);
    const MagnitudeClass one = magnitude_class(value);
    ++counts[static_cast<unsigned>(level)][one.index];
    cost += one.width * kOneBit;
    earlier = before, before = std::bit_width(value);
  }
  for (const auto& of_level : counts) cost += entropy_cost(of_level);
  return bits_feature(cost, values.size());
}

/// The cost of bins that fit the values.
template <class Word>
std::int16_t density_feature(std::span<const Word> values) {
  const Words<Word> sorted = sorted_copy(values);
  const Bins<Word> bins = density_bins(std::span<const Word>(sorted));
  std::vector<std::uint32_t> counts(bins.size());
  std::uint64_t cost = 0;
  for (const std::uint8_t bin : find_bins(values, bins)) {
    ++counts[bin];
    cost += bins[bin].width * kOneBit;
  }
  return bits_feature(cost + entropy_cost(counts), values.size());
}

/// The entropy of the byte that lies `shift` bits up.
template <class Word>
std::int16_t byte_feature(std::span<const Word> values, unsigned shift) {
  std::array<std::uint32_t, 256> counts{};
  for (const Word value : values) ++counts[value >> shift & 0xFF];
  return bits_feature(entropy_cost(counts), values.size());
}

struct ValueCounts {
  std::int16_t entropy = 0;
  std::size_t most = 0;
};

template <class Word>
ValueCounts count_values(std::span<const Word> values) {
  const Words<Word> sorted = sorted_copy(values);
  std::vector<std::uint32_t> counts;
  for (std::size_t from = 0, to = 0; from < sorted.size(); from = to) {
    while (to < sorted.size() && sorted[to] == sorted[from]) ++to;
    counts.push_back(static_cast<std::uint32_t>(to - from));
  }
  return {bits_feature(entropy_cost(counts), values.size()), *std::max_element(counts.begin(), counts.end())};
}

/// The place of each value among all, 0 to 1023.
template <class Word>
std::vector<std::uint32_t> ranks_of(std::span<const Word> values) {
  const Words<Word> sorted = sorted_copy(values);
  std::vector<std::uint32_t> ranks;
  for (const Word value : values) {
    const auto below = std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
    ranks.push_back(static_cast<std::uint32_t>(static_cast<std::size_t>(below) * 1023 / sorted.size()));
  }
  return ranks;
}

inline std::uint64_t scatter_bits(std::uint64_t bits) {
  bits *= 0x9E3779B97F4A7C15;
  return bits ^ bits >> 29;
}

/// About how many different things there were, by the bits that their hashes set (linear counting, Whang et al. 1990).
class DistinctCounter {
 public:
  void add(std::uint64_t hash) {
    const std::uint64_t bit = hash * 0xBF58476D1CE4E5B9 >> (64 - kLogBits);
    words_[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  /// log2(count / different ones), at least 0.
  std::int16_t feature(std::size_t count) const {
    std::uint64_t unset = 0;
    for (const std::uint64_t word : words_) unset += static_cast<unsigned>(std::popcount(~word));
    constexpr std::uint64_t kBits = std::uint64_t{1} << kLogBits, kFew = kBits / 64;
    // -ln(unset / bits) * bits, with ln 2 = 45426 / 65536; of few, hardly any share a bit, and log2_cost() is too coarse.
    const std::uint64_t logarithm = log2_cost(kBits) - log2_cost(std::max<std::uint64_t>(1, unset));
    const std::uint64_t different = kBits - unset < kFew ? std::max<std::uint64_t>(1, kBits - unset)
                                                         : (logarithm * 45426 >> 16) * kBits >> kCostShift;
    return different >= count ? std::int16_t{0} : static_cast<std::int16_t>(log_feature(count) - log_feature(different));
  }

 private:
  static constexpr unsigned kLogBits = 20;
  std::vector<std::uint64_t> words_ = std::vector<std::uint64_t>((std::uint64_t{1} << kLogBits) / 64);
};

/// Bytes of matches of at least `shortest` bytes in the chunk's middle, in 1/1024.
std::int16_t match_feature(ByteSpan data, std::size_t shortest);

/// How much of the variance of `values` lies between groups, in 1/1024, less what chance alone would give.
std::int16_t explained_feature(std::span<const std::uint32_t> groups, std::span<const std::uint32_t> values);

}  // namespace daybreak::codecs
