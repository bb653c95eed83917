#pragma once
// The unit that a set of numbers are fractions of: the encoder's own matter, for the stream names it (fractions.h).
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace daybreak::codecs {

constexpr std::uint64_t kMostDenominator = 0xFFFF, kMostNumerator = std::uint64_t{1} << 40;
constexpr std::int64_t kMostPlaces = 8;  // last places that a value may lie off its fraction: -8 to 7

struct Fraction {
  std::int64_t numerator = 0;
  std::uint64_t denominator = 1;
  std::int64_t places = 0;  // what the bits are more than those of the rounded fraction
};

/// numerator / denominator * unit, as a reader has it.
inline double value_of(std::int64_t numerator, std::uint64_t denominator, double unit) {
  return static_cast<double>(numerator) / static_cast<double>(denominator) * unit;
}

/// A fraction of the unit, of a small denominator; none where there is none.
std::optional<Fraction> fraction_of(double value, double unit);

/// A unit of nearly all numbers, if they have one.
std::optional<double> common_unit(std::span<const double> numbers);

}  // namespace daybreak::codecs
