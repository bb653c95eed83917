// Which grid: the encoder's own matter, for the stream names it. From a sample, by the bits that a place would take,
// plus those of the numbers that the grid does not hold.
#include <algorithm>
#include <limits>
#include <vector>

#include "libcore/codecs/grid.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kSample = 4096;

template <class Word>
struct Limits {
  static constexpr unsigned kDigits = sizeof(Word) == 8 ? 15 : 7;  // with more, nearly any float is a decimal
  static constexpr std::uint64_t kExceptionBits = 8 * sizeof(Word) + 14;
};

unsigned digits_of(double whole) {
  unsigned digits = 1;
  while (digits < kMostDecimals && whole >= kPowersOfTen[digits]) ++digits;
  return digits;
}

/// Bits of a number of so many decimal digits.
constexpr std::uint64_t bits_of_digits(unsigned digits) {
  return digits * std::uint64_t{213} / 64;
}

template <class Word>
std::vector<Float<Word>> sample_of(std::span<const Word> bits) {
  std::vector<Float<Word>> sample;
  const std::size_t step = std::max<std::size_t>(1, bits.size() / kSample);
  for (std::size_t i = 0; i < bits.size(); i += step) {
    const auto magnitude =
        std::bit_cast<Float<Word>>(static_cast<Word>(bits[i] & ~(Word{1} << (8 * sizeof(Word) - 1))));
    if (magnitude <= std::numeric_limits<Float<Word>>::max()) sample.push_back(magnitude);
  }
  return sample;
}

/// The shortest decimal that is this number: how many decimals, and how many digits in all.
struct Decimal {
  unsigned decimals, digits;
};

template <class Word>
std::optional<Decimal> shortest_decimal(Float<Word> number) {
  const double wide = static_cast<double>(number), most = kPowersOfTen[Limits<Word>::kDigits];
  for (unsigned decimals = 0; decimals <= kMostDecimals; ++decimals) {
    const double scaled = wide * kPowersOfTen[decimals];
    if (!(scaled < most)) return {};
    const auto nearest = static_cast<double>(nearest_whole(scaled));
    if (static_cast<Float<Word>>(nearest / kPowersOfTen[decimals]) == number)
      return Decimal{decimals, digits_of(nearest)};
  }
  return {};
}

struct Choice {
  std::uint64_t cost = ~std::uint64_t{0};
  Grid grid;
};

template <class Word>
Choice choose_decimals(const std::vector<Float<Word>>& sample) {
  constexpr unsigned kDigits = Limits<Word>::kDigits;
  std::size_t held_by[kDigits + 1][kMostDecimals + 1] = {};
  for (const Float<Word> number : sample)
    if (const auto decimal = shortest_decimal<Word>(number)) ++held_by[decimal->digits][decimal->decimals];
  const unsigned whole = digits_of(static_cast<double>(*std::max_element(sample.begin(), sample.end())));
  Choice best;
  for (unsigned digits = 1; digits <= kDigits; ++digits)
    for (unsigned decimals = 0; decimals <= kMostDecimals; ++decimals) {
      std::size_t held = 0;
      for (unsigned d = 0; d <= digits; ++d)
        for (unsigned k = 0; k <= decimals; ++k) held += held_by[d][k];
      const std::uint64_t cost = sample.size() * bits_of_digits(std::min(digits, whole + decimals)) +
                                 (sample.size() - held) * Limits<Word>::kExceptionBits;
      const Grid grid{digits, decimals, 1};
      if (cost < best.cost && GridPlaces<Word>(grid).fits()) best = {cost, grid};
    }
  return best;
}

/// Whole multiples of 1 / divisor: pixels as floats, fixed-point numbers.
template <class Word>
Choice choose_fraction(const std::vector<Float<Word>>& sample) {
  const double largest = static_cast<double>(*std::max_element(sample.begin(), sample.end()));
  Choice best;
  std::vector<std::uint64_t> divisors{255, 127, 32767, 65535};
  for (unsigned shift = 1; shift <= 16; ++shift) divisors.push_back(std::uint64_t{1} << shift);
  for (const std::uint64_t divisor : divisors) {
    const double most = largest * static_cast<double>(divisor);
    const Grid grid{digits_of(most), 0, divisor};
    if (grid.digits > Limits<Word>::kDigits) continue;
    const GridPlaces<Word> places(grid);
    const auto lost = static_cast<std::uint64_t>(
        std::count_if(sample.begin(), sample.end(), [&](Float<Word> number) { return !places.find(number); }));
    const auto bits = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(most)));
    const std::uint64_t cost = sample.size() * bits + lost * Limits<Word>::kExceptionBits;
    if (cost < best.cost) best = {cost, grid};
  }
  return best;
}

}  // namespace

template <class Word>
std::optional<Grid> choose_grid(std::span<const Word> bits) {
  const auto sample = sample_of(bits);
  if (sample.size() < 2) return {};
  const Choice decimals = choose_decimals<Word>(sample), fraction = choose_fraction<Word>(sample);
  const Choice& best = fraction.cost < decimals.cost ? fraction : decimals;
  if (best.cost >= sample.size() * (8 * sizeof(Word) - 2)) return {};
  return best.grid;
}

template std::optional<Grid> choose_grid(std::span<const std::uint32_t>);
template std::optional<Grid> choose_grid(std::span<const std::uint64_t>);

}  // namespace daybreak::codecs
