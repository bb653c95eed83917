#include "libcore/training/sample_order.h"

#include <algorithm>
#include <bit>

#include "kernels/common/philox.h"
#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

// Streams of random numbers under the run's seed, apart from each other and from those of the initial weights.
constexpr std::uint64_t kShuffleStream = 0x5348'5546'0000'0000, kOffsetStream = 0x4f46'4653'0000'0000;
constexpr int kRounds = 6;

std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const auto words = kernels::philox_block(seed, stream, index);
  return static_cast<std::uint64_t>(words[0]) << 32 | words[1];
}

/// The round function's argument: epoch, round and half in one number. Halves have at most 32 bits.
std::uint64_t round_value(std::uint64_t seed, std::uint64_t epoch, int round, std::uint64_t half) {
  return mixed(seed, kShuffleStream + static_cast<std::uint64_t>(round), epoch << 32 ^ half);
}

}  // namespace

Permutation::Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t epoch)
    : size_(size), seed_(seed), epoch_(epoch), half_bits_(std::max(1, static_cast<int>(std::bit_width(size - 1) + 1) / 2)) {}

std::uint64_t Permutation::operator()(std::uint64_t index) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  do {
    std::uint64_t left = index >> half_bits_, right = index & mask;
    for (int round = 0; round < kRounds; ++round) {
      const std::uint64_t next = left ^ (round_value(seed_, epoch_, round, right) & mask);
      left = right;
      right = next;
    }
    index = left << half_bits_ | right;
  } while (index >= size_);
  return index;
}

SampleOrder::SampleOrder(std::uint64_t tokens, std::uint64_t context, std::uint64_t seed) : context_(context), seed_(seed) {
  if (tokens < context + 1)
    throw Error(ExitStatus::data, "the training data hold " + std::to_string(tokens) + " tokens, fewer than a sequence of " +
                                      std::to_string(context) + " and its target", "give more data or a smaller --context");
  windows_ = std::max<std::uint64_t>(1, tokens / context - 1);
  slack_ = std::min(context - 1, tokens - 1 - windows_ * context);
}

std::uint64_t SampleOrder::first_token(std::uint64_t index) const {
  const std::uint64_t epoch = index / windows_;
  const std::uint64_t offset = mixed(seed_, kOffsetStream, epoch) % (slack_ + 1);
  return offset + context_ * Permutation(windows_, seed_, epoch)(index % windows_);
}

}  // namespace daybreak::training
