#include "libcore/precision/label_sampler.h"

#include <algorithm>
#include <cmath>

#include "kernels/common/philox.h"
#include "libcore/precision/random_streams.h"

namespace daybreak::precision {
namespace {

/// Sums of exp(row - max) up to each label: the cumulative distribution, but for its total.
void accumulate(std::span<const float> row, std::span<double> sums) {
  const double largest = *std::max_element(row.begin(), row.end());
  double total = 0;
  for (std::size_t v = 0; v < row.size(); ++v) sums[v] = total += std::exp(row[v] - largest);
}

}  // namespace

std::vector<std::vector<std::uint32_t>> draw_labels(std::span<const float> logits, std::int64_t vocabulary, std::int64_t labels,
                                                    std::uint64_t seed, std::uint64_t sequence) {
  const auto width = static_cast<std::size_t>(vocabulary);
  const std::size_t rows = logits.size() / width;
  std::vector<std::vector<std::uint32_t>> drawn(static_cast<std::size_t>(labels), std::vector<std::uint32_t>(rows));
  std::vector<double> sums(width);
  for (std::size_t row = 0; row < rows; ++row) {
    accumulate(logits.subspan(row * width, width), sums);
    for (std::size_t label = 0; label < drawn.size(); ++label) {
      // One counter for (row, label): fewer than 2^32 of either.
      const auto words = kernels::philox_block(seed, kLabelStreams + sequence, static_cast<std::uint64_t>(row) << 32 | label);
      const double place = kernels::unit_interval(words[0], words[1]) * sums.back();
      // The first label whose sum exceeds the place: one of probability 0 never does before its predecessor.
      const auto found = std::upper_bound(sums.begin(), sums.end() - 1, place);
      drawn[label][row] = static_cast<std::uint32_t>(found - sums.begin());
    }
  }
  return drawn;
}

}  // namespace daybreak::precision
