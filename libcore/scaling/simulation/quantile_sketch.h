#pragma once
// Quantiles of any number of weighted values in fixed memory.
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace daybreak::scaling {

/// Values of at least 0 in bins of equal relative width: kBins for each power of two, so that a quantile is off by less
/// than 1/kBins (0.8 %) of itself. Each bin answers with the mean of what it holds, so that a value that fills its bin
/// alone comes back as it was; zero has a bin of its own. Values outside [2^-30 s, 2^50 s) count in the first or last bin. 160 KiB.
class QuantileSketch {
 public:
  static constexpr int kBins = 128;

  QuantileSketch() : bins_(kOctaves * kBins) {}

  void add(double value, double weight) {
    total_ += weight;
    if (value <= 0) {
      zeros_ += weight;
      return;
    }
    Bin& bin = bins_[index_of(value)];
    bin.weight += weight;
    bin.sum += weight * value;
  }

  /// The least value that `share` of the weight does not exceed; 0 where nothing was added.
  double at(double share) const;

 private:
  static constexpr int kOctaves = 80, kFirstExponent = -30;
  struct Bin {
    double weight = 0, sum = 0;
  };
  static std::size_t index_of(double value) {
    // The exponent and the first seven bits of the fraction count the bins, for doubles are ordered as their bits are.
    constexpr int kShift = 52 - std::countr_zero(unsigned{kBins});
    constexpr std::int64_t kFirst = std::int64_t{1023 + kFirstExponent} * kBins, kLast = kOctaves * kBins - 1;
    const std::int64_t bin = (std::bit_cast<std::int64_t>(value) >> kShift) - kFirst;
    return static_cast<std::size_t>(bin < 0 ? 0 : bin > kLast ? kLast : bin);
  }

  std::vector<Bin> bins_;
  double zeros_ = 0, total_ = 0;
};

}  // namespace daybreak::scaling
