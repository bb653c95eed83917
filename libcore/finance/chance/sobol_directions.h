#pragma once
// What the points of the Sobol sequence are made of.
#include <array>
#include <cstdint>
#include <vector>

namespace daybreak::finance {

inline constexpr std::size_t kMostSobolDimensions = 512;  // as far as the table of direction numbers goes
inline constexpr int kSobolDigits = 32;
/// v_1, v_2, ... of one dimension as binary fractions: point i is the sum modulo 2, digit by digit, of those v_k for which digit k of i,
/// from the lowest, is 1.
using SobolDirections = std::array<std::uint32_t, kSobolDigits>;

/// Of the first dimensions of the sequence, at most kMostSobolDimensions (Joe and Kuo 2008, section 2.2).
std::vector<SobolDirections> sobol_directions(std::size_t dimensions);

}  // namespace daybreak::finance
