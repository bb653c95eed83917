#pragma once
// What Sobol's sequence is made of.
#include <cstdint>
#include <span>

namespace daybreak::finance {

/// For each dimension after the first: a primitive polynomial over GF(2) as bits, the highest coefficient first, then as many
/// odd numbers m_1, m_2, ... as its degree. One after the other.
std::span<const std::uint32_t> direction_numbers();

}  // namespace daybreak::finance
