#pragma once
// Stochastic rounding of float32 to bf16 with numbers that depend on the seed, the step and the element alone: any
// number of threads, tiles or processes rounds alike. A value lies between two neighbors and becomes the upper one with
// the probability of its distance from the lower one, so that its expectation is itself.
#include <bit>
#include <cstdint>

#include "kernels/common/formats.h"
#include "kernels/common/philox.h"

namespace daybreak::kernels {

/// What of an element is rounded: each takes numbers of its own.
enum class Rounded : std::uint64_t { weight = 0, first_moment = 1, second_moment = 2 };

// Elements in groups of 128 take the halves of 16 Philox blocks, such that neighbors take the same half of neighboring
// blocks: vectors of any length make them without moving numbers between lanes. The moments of an element take the
// numbers of the weights 16 and 32 elements further on in the group.
constexpr std::int64_t kRoundingBlocks = 16, kRoundingHalves = 8, kRoundingGroup = kRoundingHalves * kRoundingBlocks;

/// The 16 random bits of element `index` at a step, which is the Philox stream.
constexpr std::uint32_t rounding_bits(std::uint64_t seed, std::uint64_t step, std::uint64_t index, Rounded what) {
  const auto block = philox_block(seed, step, index / kRoundingGroup * kRoundingBlocks + index % kRoundingBlocks);
  const std::uint64_t half = (index / kRoundingBlocks + static_cast<std::uint64_t>(what)) % kRoundingHalves;
  return block[half / 2] >> (16 * (half % 2)) & 0xffff;
}

/// The neighbor of `value` in bf16 that `bits` choose: they are added to what bf16 drops. NaN keeps its sign alone.
constexpr std::uint16_t encode_bf16_stochastic(float value, std::uint32_t bits) {
  if (value != value) return encode<Bf16>(value);
  return static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(value) + bits) >> 16);
}

}  // namespace daybreak::kernels
