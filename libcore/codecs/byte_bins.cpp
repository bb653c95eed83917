#include "libcore/codecs/byte_bins.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

constexpr unsigned kWidest = 8;

/// Halves ranges as long as that pays.
class Halver {
 public:
  Halver(const std::array<std::uint32_t, 256>& counts, std::size_t total) : counts_(counts) {
    constexpr std::size_t kBitsInATable = 8, kTables = 48, kSymbolsOfATable = 1024;
    bin_cost_ = static_cast<std::int64_t>(kBitsInATable *
                                          std::clamp<std::size_t>(total / kSymbolsOfATable, 1, kTables) * kOneBit);
  }

  /// The widths of the best bins of a range; their cost, less what all values cost together.
  std::int64_t best(std::size_t lower, unsigned width, Bytes& widths) const {
    std::uint64_t count = 0;
    for (std::size_t value = lower; value < lower + (std::size_t{1} << width); ++value) count += counts_[value];
    const std::uint64_t saved = count == 0 ? 0 : count * log2_cost(count);
    const std::int64_t one = static_cast<std::int64_t>(count * width * kOneBit - saved) + bin_cost_;
    if (width > 0) {
      Bytes halves;
      std::int64_t two = best(lower, width - 1, halves);
      two += best(lower + (std::size_t{1} << (width - 1)), width - 1, halves);
      if (two < one) return widths.insert(widths.end(), halves.begin(), halves.end()), two;
    }
    widths.push_back(static_cast<std::uint8_t>(width));
    return one;
  }

 private:
  const std::array<std::uint32_t, 256>& counts_;
  std::int64_t bin_cost_;
};

}  // namespace

template <class Word>
Bins<Word> byte_bins(std::span<const Word> values) {
  std::array<std::uint32_t, 256> counts{};
  for (const Word value : values) ++counts[static_cast<std::size_t>(value)];
  Bytes widths;
  Halver(counts, values.size()).best(0, kWidest, widths);
  Bins<Word> bins;
  Word lower = 0;
  for (const std::uint8_t width : widths) {
    bins.push_back({lower, width});
    lower = static_cast<Word>(lower + (Word{1} << width));
  }
  return bins;
}

#define DAYBREAK_INSTANTIATE(Word) template Bins<Word> byte_bins(std::span<const Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
