// Which bins: the encoder's own matter, for the stream names them.
#include <algorithm>
#include <bit>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kMostBins = 256;
// Many more than bins, so that these begin and end where it suits. To merge them takes time with their square: of few
// values, which that would delay the most, the fewest are enough.
constexpr std::size_t kFewestQuantiles = 1024, kMostQuantiles = 2048, kValuesOfAQuantile = 32;
constexpr std::uint64_t kBinCost = 28 * kOneBit;  // a bin's place in the stream and in the table

/// Neighbors in sorted order.
template <class Word>
struct Quantile {
  Word low, high;
  std::size_t count;
};

/// At most so many quantiles of about equal counts; equal values stay together.
template <class Word>
std::vector<Quantile<Word>> quantiles(std::span<const Word> sorted, std::size_t most) {
  std::vector<Quantile<Word>> found;
  const std::size_t enough = (sorted.size() + most - 1) / most;
  for (std::size_t from = 0; from < sorted.size();) {
    std::size_t to = std::min(from + enough, sorted.size());
    while (to < sorted.size() && sorted[to] == sorted[to - 1]) ++to;
    // A value that repeats past the end of a quantile begins one of its own.
    const auto first =
        std::lower_bound(sorted.begin() + static_cast<std::ptrdiff_t>(from), sorted.end(), sorted[to - 1]);
    const auto start = static_cast<std::size_t>(first - sorted.begin());
    const std::size_t beyond = (sorted.size() - to + enough - 1) / enough;  // quantiles that may follow
    if (to - start > enough / 2 && start > from && found.size() + 2 + beyond <= most) {
      found.push_back({sorted[from], sorted[start - 1], start - from});
      from = start;
    }
    found.push_back({sorted[from], sorted[to - 1], to - from});
    from = to;
  }
  return found;
}

template <class Word>
unsigned width_of(Word low, Word high) {
  return static_cast<unsigned>(std::bit_width(static_cast<Word>(high - low)));
}

/// Bins and what they and the values take.
template <class Word>
struct Merged {
  Bins<Word> bins;
  std::uint64_t cost = 0;
};

/// Bins of neighboring quantiles, so that the values and the bins take the fewest bits, were a bin as dear as that.
template <class Word>
Merged<Word> cheapest_merges(const std::vector<Quantile<Word>>& parts, std::size_t values, std::uint64_t bin_cost) {
  const std::uint64_t all = log2_cost(values);
  std::vector<std::uint64_t> best(parts.size() + 1, ~std::uint64_t{0});
  std::vector<std::size_t> from(parts.size() + 1);
  best[0] = 0;
  for (std::size_t end = 1; end <= parts.size(); ++end) {
    std::uint64_t count = 0;
    for (std::size_t start = end; start-- > 0;) {
      count += parts[start].count;
      const std::uint64_t bits = width_of(parts[start].low, parts[end - 1].high) * kOneBit;
      const std::uint64_t cost = best[start] + count * (all - log2_cost(count) + bits) + bin_cost;
      if (cost < best[end]) best[end] = cost, from[end] = start;
    }
  }
  Bins<Word> bins;
  for (std::size_t end = parts.size(); end > 0; end = from[end]) {
    const Word low = parts[from[end]].low;
    bins.push_back({low, static_cast<std::uint8_t>(width_of(low, parts[end - 1].high))});
  }
  std::reverse(bins.begin(), bins.end());
  return {bins, best.back() - bins.size() * (bin_cost - kBinCost)};
}

}  // namespace

template <class Word>
Bins<Word> density_bins(std::span<const Word> sorted) {
  const auto merge = [&](const auto& parts, std::uint64_t bin_cost) {
    return cheapest_merges<Word>(parts, sorted.size(), bin_cost);
  };
  const auto fine =
      quantiles(sorted, std::clamp(sorted.size() / kValuesOfAQuantile, kFewestQuantiles, kMostQuantiles));
  Merged<Word> best = merge(fine, kBinCost);
  if (best.bins.size() <= kMostBins) return best.bins;
  // Too many: either dearer bins, or coarser quantiles, where all of many frequent values want a bin of their own.
  for (std::uint64_t bin_cost = 2 * kBinCost; best.bins.size() > kMostBins; bin_cost *= 2) best = merge(fine, bin_cost);
  Merged<Word> coarse = merge(quantiles(sorted, kMostBins), kBinCost);
  return coarse.cost < best.cost ? coarse.bins : best.bins;
}

template <class Word>
Bins<Word> even_bins(std::span<const Word> sorted) {
  const Word low = sorted.front(), high = sorted.back();
  // Values below the 0.4 % quantile are rare enough for wide bins.
  const Word floor = sorted[sorted.size() / 256];
  constexpr std::size_t kEvenBins = 224;
  unsigned width = 0;
  while ((high >> width) - (floor >> width) >= kEvenBins) ++width;
  Bins<Word> bins;
  for (Word next = high >> width;; --next) {
    bins.push_back({static_cast<Word>(next << width), static_cast<std::uint8_t>(width)});
    if (next == floor >> width) break;
  }
  // Downward with widths that double.
  for (unsigned wide = width; bins.back().lower > low && bins.size() + 1 < kMostBins && wide < 8 * sizeof(Word) - 1;
       ++wide) {
    const Word span = Word{1} << wide;
    if (bins.back().lower < span) break;
    bins.push_back({static_cast<Word>(bins.back().lower - span), static_cast<std::uint8_t>(wide)});
  }
  if (bins.back().lower > low)
    bins.push_back({low, static_cast<std::uint8_t>(width_of<Word>(low, bins.back().lower - 1))});
  std::reverse(bins.begin(), bins.end());
  return bins;
}

template <class Word>
Bins<Word> magnitude_bins() {
  constexpr unsigned kSingleBits = 4, kMantissa = 2;
  Bins<Word> bins;
  for (Word value = 0; value < Word{1} << kSingleBits; ++value) bins.push_back({value, 0});
  for (unsigned top = kSingleBits; top < 8 * sizeof(Word); ++top)
    for (Word part = 0; part < Word{1} << kMantissa; ++part)
      bins.push_back({static_cast<Word>((Word{1} << top) + (part << (top - kMantissa))),
                      static_cast<std::uint8_t>(top - kMantissa)});
  return bins;
}

#define DAYBREAK_INSTANTIATE(Word)                         \
  template Bins<Word> density_bins(std::span<const Word>); \
  template Bins<Word> even_bins(std::span<const Word>);    \
  template Bins<Word> magnitude_bins();
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
