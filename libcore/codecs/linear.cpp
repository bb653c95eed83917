#include "libcore/codecs/linear.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/codecs/linear_lanes.h"
#include "libcore/codecs/transpose.h"

namespace daybreak::codecs {
namespace {

using linear::kLanes, linear::kMostPlaces, linear::kMostWeights;

constexpr std::size_t kBlock = 4096;
constexpr int kWeightShift = 13;
constexpr std::uint8_t kInLanes = 0xFF;  // stands where the number of weights would
constexpr std::size_t kFewestInLanes = kBlock * kLanes;

struct Weights {
  std::size_t count = 0;
  std::array<std::int16_t, kMostWeights> of{};  // of[0]: of the value before
};

/// The blocks of a band: as even as whole values allow.
struct Blocks {
  explicit Blocks(std::size_t of_band) : band(of_band), length(kBlock) {
    const std::size_t count = (band + kBlock - 1) / kBlock;
    if (count > 0) length = (band + count - 1) / count;
  }
  std::size_t band, length;
};

/// What the samples before this one foretell of it. The sample just before comes last, for it is known last.
template <std::size_t kCount>
std::int64_t guess_of(const std::int64_t* sample, const Weights& weights) {
  std::int64_t sum = 0;
  for (std::size_t k = kCount; k-- > 0;) sum += weights.of[k] * sample[-1 - static_cast<std::ptrdiff_t>(k)];
  return sum >> kWeightShift;
}

/// Calls visit(guess) with the guess for so many weights, rounded up to one that is compiled; weights beyond are zero.
template <class Visit>
auto with_guess(std::size_t count, Visit visit) {
  if (count <= 2) return visit(guess_of<2>);
  if (count <= 4) return visit(guess_of<4>);
  if (count <= 8) return visit(guess_of<8>);
  if (count <= 12) return visit(guess_of<12>);
  return visit(guess_of<kMostWeights>);
}

/// Reflection coefficients by Levinson-Durbin; the weights are rounded. In double, without contraction: sums of
/// products below 2^53 are exact, and the rest is rounded alike everywhere.
Weights solve(const std::array<double, kMostWeights + 1>& correlation, std::size_t count) {
  std::array<double, kMostWeights> weights{}, last{};
  double error = correlation[0];
  for (std::size_t i = 0; i < count; ++i) {
    double sum = correlation[i + 1];
    for (std::size_t k = 0; k < i; ++k) sum -= weights[k] * correlation[i - k];
    if (!(error > 0)) return {};
    const double reflection = sum / error;
    last = weights;
    weights[i] = reflection;
    for (std::size_t k = 0; k < i; ++k) weights[k] = last[k] - reflection * last[i - 1 - k];
    error *= 1 - reflection * reflection;
  }
  Weights rounded;
  rounded.count = count;
  for (std::size_t k = 0; k < count; ++k) {
    const double scaled = weights[k] * (1 << kWeightShift);
    if (!(std::fabs(scaled) < 32767)) return {};
    rounded.of[k] = static_cast<std::int16_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }
  return rounded;
}

/// Autocorrelation of the block under a Welch window.
std::array<double, kMostWeights + 1> correlate(std::span<const std::int64_t> block) {
  std::vector<double> windowed(block.size());
  const double half = (static_cast<double>(block.size()) - 1) / 2;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const double x = (static_cast<double>(i) - half) / (half + 1);
    windowed[i] = static_cast<double>(block[i]) * (1 - x * x);
  }
  std::array<double, kMostWeights + 1> correlation{};
  for (std::size_t lag = 0; lag < correlation.size(); ++lag)
    for (std::size_t i = lag; i < windowed.size(); ++i) correlation[lag] += windowed[i] * windowed[i - lag];
  return correlation;
}

std::uint64_t sum_of_errors(std::span<const std::int64_t> block, const Weights& weights) {
  return with_guess(weights.count, [&](auto guess) {
    std::uint64_t sum = 0;
    for (std::size_t i = kMostWeights; i < block.size(); ++i) {
      const std::int64_t error = block[i] - guess(block.data() + i, weights);
      sum += static_cast<std::uint64_t>(error < 0 ? -error : error);
    }
    return sum;
  });
}

Weights one_before() {
  Weights weights;
  weights.count = 1;
  weights.of[0] = 1 << kWeightShift;
  return weights;
}

/// The weights with the smallest errors; `count` 0 for the value before alone.
Weights choose(std::span<const std::int64_t> block) {
  Weights best;
  if (block.size() < 4 * kMostWeights) return best;
  std::uint64_t least = sum_of_errors(block, one_before());
  const auto correlation = correlate(block);
  for (const std::size_t count : {2u, 4u, 8u, 12u, 16u}) {
    const Weights weights = solve(correlation, count);
    if (weights.count == 0) continue;
    // More weights must earn the bits that they take.
    if (const std::uint64_t sum = sum_of_errors(block, weights); sum + sum / 256 < least) best = weights, least = sum;
  }
  return best;
}

/// Chooses weights for a block, writes them, and puts the residuals in the place of its values. `samples`: those of the
/// block, behind at least kMostWeights others.
template <class Word>
void predict_block(std::span<const std::int64_t> samples, std::span<Word> values, ByteWriter& parameters) {
  const Weights chosen = choose(samples);
  parameters.byte(static_cast<std::uint8_t>(chosen.count));
  for (std::size_t k = 0; k < chosen.count; ++k) parameters.fixed(static_cast<std::uint16_t>(chosen.of[k]));
  const Weights weights = chosen.count > 0 ? chosen : one_before();
  with_guess(weights.count, [&](auto guess) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = zigzag(static_cast<Word>(samples[i] - guess(samples.data() + i, weights)));
  });
}

/// The values less their level, behind kMostWeights zeros, so that every one has so many before it.
template <class Word>
std::vector<std::int64_t> samples_of(std::span<const Word> values, Word level) {
  std::vector<std::int64_t> samples(kMostWeights + values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    samples[kMostWeights + i] = static_cast<std::int64_t>(values[i]) - static_cast<std::int64_t>(level);
  return samples;
}

/// The bands of a signal, and what is left of it behind them.
template <class Word>
void predict_lanes(std::span<Word> values, Word level, ByteWriter& parameters) {
  const Blocks blocks(values.size() / kLanes);
  parameters.byte(kInLanes);
  const auto rest = values.subspan(blocks.band * kLanes);
  for (std::size_t i = rest.size(); i-- > 0;)
    rest[i] = zigzag(static_cast<Word>(rest[i] - values[blocks.band * kLanes + i - 1]));
  std::array<std::vector<std::int64_t>, kLanes> samples;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    samples[lane] = samples_of<Word>(values.subspan(lane * blocks.band, blocks.band), level);
  for (std::size_t start = 0; start < blocks.band; start += blocks.length)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t length = std::min(blocks.length, blocks.band - start);
      predict_block<Word>(std::span(samples[lane]).subspan(kMostWeights + start, length),
                          values.subspan(lane * blocks.band + start, length), parameters);
    }
}

/// Weights of one sample apart from the rest: with them alone a sample waits for the one before it.
template <std::size_t kCount, class Word>
void fill_block(std::span<Word> values, Word level, const Weights& weights, std::uint64_t* samples) {
  std::array<std::uint64_t, kCount> weight;
  for (std::size_t k = 0; k < kCount; ++k)
    weight[k] = static_cast<std::uint64_t>(static_cast<std::int64_t>(weights.of[k]));
  std::uint64_t before = samples[-1];
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Unsigned, for the samples of damaged streams may grow beyond any bound.
    std::uint64_t sum = 0;
    for (std::size_t k = kCount; k-- > 1;)
      sum += weight[k] * samples[static_cast<std::ptrdiff_t>(i) - 1 - static_cast<std::ptrdiff_t>(k)];
    sum += weight[0] * before;
    const auto guess = static_cast<std::uint64_t>(static_cast<std::int64_t>(sum) >> kWeightShift);
    const auto error = static_cast<std::make_signed_t<Word>>(unzigzag(values[i]));
    before = guess + static_cast<std::uint64_t>(static_cast<std::int64_t>(error));
    samples[i] = before;
    values[i] = static_cast<Word>(level + static_cast<Word>(before));
  }
}

template <class Word>
void fill_block(std::span<Word> values, Word level, const Weights& weights, std::uint64_t* samples) {
  if (weights.count <= 2) return fill_block<2>(values, level, weights, samples);
  if (weights.count <= 4) return fill_block<4>(values, level, weights, samples);
  if (weights.count <= 8) return fill_block<8>(values, level, weights, samples);
  if (weights.count <= 12) return fill_block<12>(values, level, weights, samples);
  fill_block<kMostWeights>(values, level, weights, samples);
}

/// What stands after the number of weights. False for too many.
bool read_weights(std::size_t count, ByteReader& parameters, Weights& weights) {
  if (count > kMostWeights) return false;
  weights = {};
  weights.count = count;
  for (std::size_t k = 0; k < count; ++k) weights.of[k] = static_cast<std::int16_t>(parameters.fixed<std::uint16_t>());
  if (count == 0) weights = one_before();
  return true;
}

/// The bands of a signal, some places of all of them at once.
template <class Word>
class BandReader {
 public:
  BandReader(std::span<Word> values, Word level) : values_(values), level_(level), blocks_(values.size() / kLanes) {}

  bool read(ByteReader& parameters) {
    for (std::size_t start = 0; start < blocks_.band; start += blocks_.length) {
      if (!read_block_weights(parameters)) return false;
      const std::size_t end = std::min(start + blocks_.length, blocks_.band);
      for (std::size_t at = start; at < end; at += kMostPlaces)
        if (!restore(at, std::min(kMostPlaces, end - at))) return false;
    }
    for (std::size_t i = blocks_.band * kLanes; i < values_.size(); ++i)
      values_[i] = static_cast<Word>((i > 0 ? values_[i - 1] : level_) + unzigzag(values_[i]));
    return true;
  }

 private:
  bool read_block_weights(ByteReader& parameters) {
    state_.count = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      Weights weights;
      if (!read_weights(parameters.byte(), parameters, weights)) return false;
      state_.count = std::max(state_.count, weights.count);
      for (std::size_t k = 0; k < kMostWeights; ++k)
        state_.weights[k][lane] = static_cast<double>(weights.of[k]) / (1 << kWeightShift);
    }
    return true;
  }

  bool restore(std::size_t start, std::size_t places) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      for (std::size_t i = 0; i < places; ++i)
        tile_[lane * kMostPlaces + i] = static_cast<std::int32_t>(unzigzag(values_[lane * blocks_.band + start + i]));
    std::int32_t* const by_place = transpose(tile_.data(), other_.data(), kLanes, kMostPlaces);
    if (!kernel_.restore(state_, by_place, places)) return false;
    std::copy_n(state_.samples[places], kMostWeights * kLanes, state_.samples[0]);
    std::int32_t* const room = by_place == tile_.data() ? other_.data() : tile_.data();
    const std::int32_t* const by_lane = transpose(by_place, room, kMostPlaces, kLanes);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      for (std::size_t i = 0; i < places; ++i)
        values_[lane * blocks_.band + start + i] =
            static_cast<Word>(level_ + static_cast<Word>(by_lane[lane * kMostPlaces + i]));
    return true;
  }

  const std::span<Word> values_;
  const Word level_;
  const Blocks blocks_;
  const linear::Kernel& kernel_ = *linear::kernels().back();
  linear::State state_{};
  std::array<std::int32_t, kLanes * kMostPlaces> tile_{}, other_{};
};

}  // namespace

template <class Word>
bool predict_linear(Words<Word>& values, ByteWriter& parameters) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (values.empty() || *high - *low >= Word{1} << 24) return false;
  const Word level = static_cast<Word>(*low + (*high - *low) / 2);
  parameters.varint(level);
  if (values.size() >= kFewestInLanes) return predict_lanes<Word>(values, level, parameters), true;
  const std::vector<std::int64_t> samples = samples_of<Word>(values, level);
  for (std::size_t start = 0; start < values.size(); start += kBlock) {
    const std::size_t length = std::min(kBlock, values.size() - start);
    predict_block<Word>(std::span(samples).subspan(kMostWeights + start, length),
                        std::span(values).subspan(start, length), parameters);
  }
  return true;
}

template <class Word>
bool unpredict_linear(std::span<Word> values, ByteReader& parameters) {
  const auto level = static_cast<Word>(parameters.varint(static_cast<Word>(~Word{0})));
  std::array<std::uint64_t, kMostWeights + kBlock> samples{};  // those of a block, and what it looks back to
  for (std::size_t start = 0; start < values.size(); start += kBlock) {
    const std::size_t count = parameters.byte();
    if (count == kInLanes && start == 0)
      return BandReader<Word>(values, level).read(parameters) && parameters.finished();
    Weights weights;
    if (!read_weights(count, parameters, weights)) return false;
    const auto block = values.subspan(start, std::min(kBlock, values.size() - start));
    fill_block<Word>(block, level, weights, samples.data() + kMostWeights);
    std::copy_n(samples.end() - kMostWeights, kMostWeights, samples.begin());
  }
  return parameters.finished();
}

#define DAYBREAK_INSTANTIATE(Word)                         \
  template bool predict_linear(Words<Word>&, ByteWriter&); \
  template bool unpredict_linear(std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
