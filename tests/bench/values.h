#pragma once
// Values of the benchmarks' operands, as buffers of f32 and bf16 hold them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/common/formats.h"
#include "kernels/device.h"

namespace bench {

/// Roughly normal values from a linear congruential generator: the sum of four uniform ones.
inline std::vector<float> values(std::int64_t count, float spread, std::uint64_t seed) {
  std::vector<float> made(static_cast<std::size_t>(count));
  std::uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (float& value : made) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const auto bits = static_cast<std::uint32_t>(state >> 32);
    const auto part = [bits](int shift) { return static_cast<float>(bits >> shift & 0xff); };
    value = spread * (part(0) + part(8) + part(16) + part(24) - 510) / 148;
  }
  return made;
}

/// As a buffer of f32 or bf16 holds them.
inline std::vector<std::byte> to_bytes(daybreak_dtype type, const std::vector<float>& values) {
  std::vector<std::byte> bytes(values.size() * (type == DAYBREAK_BF16 ? 2 : 4));
  if (type == DAYBREAK_F32) {
    std::memcpy(bytes.data(), values.data(), bytes.size());
  } else {
    std::vector<std::uint16_t> codes(values.size());
    std::transform(values.begin(), values.end(), codes.begin(),
                   daybreak::kernels::encode<daybreak::kernels::Bf16, float>);
    std::memcpy(bytes.data(), codes.data(), bytes.size());
  }
  return bytes;
}

inline std::vector<float> from_bytes(daybreak_dtype type, const std::vector<std::byte>& bytes) {
  std::vector<float> values(bytes.size() / (type == DAYBREAK_BF16 ? 2 : 4));
  if (type == DAYBREAK_F32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  } else {
    std::vector<std::uint16_t> codes(values.size());
    std::memcpy(codes.data(), bytes.data(), bytes.size());
    std::transform(codes.begin(), codes.end(), values.begin(),
                   [](std::uint16_t code) { return daybreak::kernels::decode<daybreak::kernels::Bf16>(code); });
  }
  return values;
}

/// std::max, but what is no number stays.
inline double larger(double one, double other) { return std::isnan(other) || other > one ? other : one; }

}  // namespace bench
