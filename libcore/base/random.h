#pragma once
// Random numbers in streams of their own: what one stream gives never depends on how much was drawn from another.
#include <array>
#include <cmath>
#include <cstdint>

#include "kernels/common/philox.h"

namespace daybreak {

/// The stream `stream` of a seed, by Philox4x32-10; every (seed, stream) is another sequence, the same everywhere.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  /// 64 random bits.
  std::uint64_t word() {
    if (at_ == words_.size()) refill();
    return words_[at_++];
  }
  /// In [0, 1), with 53 random bits.
  double uniform() { return static_cast<double>(word() >> 11) * 0x1p-53; }
  /// Of mean 1, by inversion (1 - u is exact, and above 0); at most 36.8.
  double exponential() { return -std::log(1 - uniform()); }
  /// Of mean 0 and deviation 1 (Box and Muller 1958; the second value of each pair is not used, so that no state hides).
  double normal() {
    constexpr double kTurn = 6.283185307179586;
    const double radius = std::sqrt(2 * exponential());
    return radius * std::cos(kTurn * uniform());
  }
  /// In 0 .. count - 1; count is at least 1 and below 2^32.
  std::uint64_t below(std::uint64_t count) { return ((word() >> 32) * count) >> 32; }

 private:
  static constexpr std::size_t kBlocks = 32;

  void refill() {
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const auto block = kernels::philox_block(seed_, stream_, next_block_ + i);
      words_[2 * i] = std::uint64_t{block[0]} << 32 | block[1];
      words_[2 * i + 1] = std::uint64_t{block[2]} << 32 | block[3];
    }
    next_block_ += kBlocks;
    at_ = 0;
  }

  std::uint64_t seed_, stream_, next_block_ = 0;
  std::array<std::uint64_t, 2 * kBlocks> words_{};
  std::size_t at_ = words_.size();
};

}  // namespace daybreak
