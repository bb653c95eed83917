#pragma once
// Elementary functions without branches, for loops over many values that the compiler turns into vectors.
#include <array>
#include <bit>
#include <cstdint>

namespace daybreak::finance {

inline constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 0x1.a39ef35793c76p-33;  // ln 2, the first part with 20 zeros at its end

/// exp(x) to 1 unit in the last place, for |x| <= 700: 2^n times the series of what remains of x beside n ln 2.
[[gnu::always_inline]] inline double loop_exp(double x) {
  constexpr double kShift = 0x1.8p52;  // added to a number below 2^51, leaves its nearest integer in the last bits
  constexpr auto kTerms = [] {         // 1 / k!
    std::array<double, 14> terms{1};
    for (std::size_t k = 1; k < terms.size(); ++k) terms[k] = terms[k - 1] / static_cast<double>(k);
    return terms;
  }();
  const double shifted = x * 1.44269504088896340736 + kShift, n = shifted - kShift;
  const double r = (x - n * kLn2High) - n * kLn2Low;
  double sum = kTerms[13];
  for (std::size_t k = 13; k-- > 0;) sum = sum * r + kTerms[k];
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) + (std::bit_cast<std::uint64_t>(shifted) << 52));
}

/// log(x) to some 1e-16 of max(1, |log(x)|), for normal positive x: the logarithm of its mantissa m within 2^-1/2 .. 2^1/2 by the series of
/// 2 artanh((m - 1) / (m + 1)).
[[gnu::always_inline]] inline double loop_log(double x) {
  constexpr std::uint64_t kRootHalf = std::bit_cast<std::uint64_t>(0.70710678118654752440), kOne = std::bit_cast<std::uint64_t>(1.0);
  constexpr double kTwo52 = 0x1p52;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) + (kOne - kRootHalf);
  const double exponent = std::bit_cast<double>(bits >> 52 | std::bit_cast<std::uint64_t>(kTwo52)) - (kTwo52 + 1023);
  const double m = std::bit_cast<double>((bits & 0x000f'ffff'ffff'ffff) + kRootHalf), s = (m - 1) / (m + 1), square = s * s;
  double sum = 1.0 / 23;
  for (int k = 21; k >= 3; k -= 2) sum = sum * square + 1.0 / k;
  return exponent * kLn2High + (2 * s + (2 * s * square * sum + exponent * kLn2Low));
}

}  // namespace daybreak::finance
