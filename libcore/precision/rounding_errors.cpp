#include "libcore/precision/rounding_errors.h"

#include <cmath>

#include "libcore/base/for_each_index.h"

namespace daybreak::precision {
namespace {

constexpr std::size_t kBlock = 1 << 15;
constexpr std::size_t kLanes = 8;  // partial sums that a processor can add at once

GradientProducts multiply(const float* gradient, const float* change, std::size_t count) {
  double inner[kLanes] = {}, absolute[kLanes] = {}, squares[kLanes] = {};
  const auto add = [&](std::size_t lane, std::size_t i) {
    const double product = static_cast<double>(gradient[i]) * static_cast<double>(change[i]);
    inner[lane] += product;
    absolute[lane] += std::abs(product);
    squares[lane] += product * product;
  };
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) add(lane, i + lane);
  for (std::size_t lane = 0; i < count; ++i, ++lane) add(lane, i);
  GradientProducts sum;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    sum.inner += inner[lane];
    sum.absolute += absolute[lane];
    sum.squares += squares[lane];
  }
  return sum;
}

double sum_squares(std::span<const float> values) {
  double sums[kLanes] = {};
  for (std::size_t i = 0; i < values.size(); ++i) sums[i % kLanes] += static_cast<double>(values[i]) * values[i];
  double sum = 0;
  for (const double one : sums) sum += one;
  return sum;
}

}  // namespace

RoundingErrors::RoundingErrors(const std::vector<model::Parameter>& table, std::span<const float> weights,
                               const std::vector<NumberFormat>& formats, Scaling scaling, unsigned threads,
                               std::vector<ProfiledTensor>& tensors)
    : threads_(threads), tensors_(table.size()) {
  for (const NumberFormat format : formats) changes_.emplace_back(format == NumberFormat::f32 ? 0 : weights.size());
  for (std::size_t t = 0; t < table.size(); ++t) {
    const auto begin = static_cast<std::size_t>(table[t].offset), count = static_cast<std::size_t>(table[t].count);
    for (std::size_t done = 0; done < count; done += kBlock) blocks_.push_back({t, begin + done, std::min(kBlock, count - done)});
  }
  for_each_index(table.size(), threads, [&](std::size_t t) {
    const auto begin = static_cast<std::size_t>(table[t].offset), count = static_cast<std::size_t>(table[t].count);
    const std::span<const float> values = weights.subspan(begin, count);
    tensors[t].range = range_of(values);
    tensors[t].effects.resize(formats.size());
    for (std::size_t f = 0; f < formats.size(); ++f) {
      FormatEffect& effect = tensors[t].effects[f];
      const float scale = scale_for(formats[f], scaling, static_cast<float>(tensors[t].range.largest));
      effect.scale = scale;
      effect.counts = count_out_of_range(values, formats[f], scale);
      if (changes_[f].empty()) continue;
      const std::span<float> change = std::span(changes_[f]).subspan(begin, count);
      round_values(values, change, formats[f], scale);
      for (std::size_t i = 0; i < count; ++i) change[i] -= values[i];
      effect.error_squares = sum_squares(change);
    }
  });
}

template <typename Result, typename Work>
std::vector<Result> RoundingErrors::over_blocks(std::size_t results_a_block, Work work) const {
  std::vector<Result> results(blocks_.size() * results_a_block);
  for_each_index(blocks_.size(), threads_, [&](std::size_t b) { work(blocks_[b], &results[b * results_a_block]); });
  return results;
}

std::vector<GradientProducts> RoundingErrors::products(std::span<const float> gradient) const {
  const std::size_t formats = changes_.size();
  const auto parts = over_blocks<GradientProducts>(formats, [&](const Block& block, GradientProducts* out) {
    for (std::size_t f = 0; f < formats; ++f)
      if (!changes_[f].empty()) out[f] = multiply(gradient.data() + block.begin, changes_[f].data() + block.begin, block.count);
  });
  std::vector<GradientProducts> sums(tensors_ * formats);
  for (std::size_t b = 0; b < blocks_.size(); ++b)
    for (std::size_t f = 0; f < formats; ++f) {
      GradientProducts& sum = sums[blocks_[b].tensor * formats + f];
      const GradientProducts& part = parts[b * formats + f];
      sum.inner += part.inner;
      sum.absolute += part.absolute;
      sum.squares += part.squares;
    }
  return sums;
}

std::vector<double> RoundingErrors::squares(std::span<const float> gradient) const {
  const auto parts = over_blocks<double>(1, [&](const Block& block, double* out) { *out = sum_squares(gradient.subspan(block.begin, block.count)); });
  std::vector<double> sums(tensors_);
  for (std::size_t b = 0; b < blocks_.size(); ++b) sums[blocks_[b].tensor] += parts[b];
  return sums;
}

}  // namespace daybreak::precision
