#pragma once
// The scales of groups of 8-bit codes: where they lie and what they are, as kernels/device.h defines them.
#include <bit>
#include <cstdint>

#include "kernels/common/formats.h"

namespace daybreak::kernels {

constexpr std::int64_t kScalingGroup = 128;
constexpr int kSmallestScaleExponent = -100;

constexpr std::int64_t scaling_groups(std::int64_t elements) {
  return (elements + kScalingGroup - 1) / kScalingGroup;
}

/// Where the scale of element (row, column) of codes[rows, columns] lies.
constexpr std::int64_t scale_place(bool blocks, std::int64_t rows, std::int64_t columns, std::int64_t row, std::int64_t column) {
  const std::int64_t group = column / kScalingGroup;
  if (!blocks) return group * rows + row;
  return row / kScalingGroup * ((scaling_groups(columns) + 3) / 4 * 4) + group;
}

/// Elements of the scales of codes[rows, columns].
constexpr std::int64_t scale_count(bool blocks, std::int64_t rows, std::int64_t columns) {
  return blocks ? scaling_groups(rows) * ((scaling_groups(columns) + 3) / 4 * 4) : rows * scaling_groups(columns);
}

/// e of the scale 2^e of a group whose largest finite magnitude is `largest`, not negative: the smallest from
/// kSmallestScaleExponent on with largest <= 2^e times Format's largest number; 0 of 0.
template <typename Format>
constexpr int group_scale_exponent(float largest) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(largest);
  const std::uint32_t most = std::bit_cast<std::uint32_t>(decode<Format>(static_cast<typename Format::Code>(Format::kLargestCode)));
  constexpr std::uint32_t kMantissa = 0x7fffff;
  if (bits == 0) return 0;
  const int exponent = static_cast<int>(bits >> 23) - static_cast<int>(most >> 23) + ((bits & kMantissa) > (most & kMantissa) ? 1 : 0);
  return exponent < kSmallestScaleExponent ? kSmallestScaleExponent : exponent;
}

/// 2^exponent for an exponent of normal numbers.
constexpr float power_of_two(int exponent) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(exponent + 127) << 23);
}

}  // namespace daybreak::kernels
