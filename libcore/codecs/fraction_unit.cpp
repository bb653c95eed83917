#include "libcore/codecs/fraction_unit.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

/// The convergents of a continued fraction, one after the other.
class Convergents {
 public:
  explicit Convergents(double number) : rest_(number) { next(); }
  std::uint64_t numerator() const { return numerator_; }
  std::uint64_t denominator() const { return denominator_; }
  double value() const { return static_cast<double>(numerator_) / static_cast<double>(denominator_); }
  /// False where the fraction ends, or would grow beyond `most`.
  bool advance(std::uint64_t most) {
    if (rest_ <= 0x1p-52) return false;
    rest_ = 1 / rest_;
    if (rest_ >= static_cast<double>(most)) return false;
    next();
    return numerator_ <= most && denominator_ <= most;
  }

 private:
  void next() {
    const double whole = std::floor(rest_);
    rest_ -= whole;
    const auto term = static_cast<std::uint64_t>(whole);
    numerator_before_ = std::exchange(numerator_, term * numerator_ + numerator_before_);
    denominator_before_ = std::exchange(denominator_, term * denominator_ + denominator_before_);
  }

  double rest_;
  std::uint64_t numerator_ = 1, numerator_before_ = 0, denominator_ = 0, denominator_before_ = 1;
};

struct Ratio {
  std::uint64_t numerator, denominator;
};

/// The simplest ratio that a quotient of two rounded numbers may stand for, if one is so simple that this is no chance.
std::optional<Ratio> ratio_of(double quotient) {
  constexpr double kNear = 0x1p-49;
  constexpr std::uint64_t kMostTerm = std::uint64_t{1} << 26;
  constexpr int kMostBits = 44;
  if (!(quotient > 0x1p-24 && quotient < 0x1p24)) return {};
  Convergents convergent(quotient);
  do {
    const std::uint64_t p = convergent.numerator(), q = convergent.denominator();
    if (std::bit_width(p) + std::bit_width(q) > kMostBits) return {};
    if (std::abs(convergent.value() - quotient) <= kNear * quotient) return Ratio{p, q};
  } while (convergent.advance(kMostTerm));
  return {};
}

void add_prime_powers(std::uint64_t number, std::vector<std::uint64_t>& to) {
  for (std::uint64_t prime = 2; number > 1; prime += prime > 2 ? 2 : 1) {
    if (prime * prime > number) prime = number;
    for (std::uint64_t power = prime; number % prime == 0; power *= prime) {
      to.push_back(power);
      number /= prime;
    }
  }
}

/// The product of all primes, with their powers, that divide half of the numbers.
double common_factor(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::uint64_t> powers;
  for (const std::uint64_t number : numbers) add_prime_powers(number, powers);
  std::sort(powers.begin(), powers.end());
  double factor = 1;
  for (auto from = powers.begin(); from != powers.end();) {
    const auto to = std::upper_bound(from, powers.end(), *from);
    // A prime's powers each count for one more of it.
    std::vector<std::uint64_t> prime;
    add_prime_powers(*from, prime);
    if (2 * static_cast<std::size_t>(to - from) > numbers.size()) factor *= static_cast<double>(prime[0]);
    from = to;
  }
  return factor;
}

/// The unit by which the numbers are to `reference` as small integers are to each other.
std::optional<double> unit_by(double reference, std::span<const double> numbers) {
  constexpr std::size_t kFirst = 16;
  std::vector<std::uint64_t> numerators, denominators;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i == kFirst && numerators.size() < kFirst / 2) return {};
    const auto ratio = ratio_of(std::abs(numbers[i] / reference));
    if (!ratio) continue;
    numerators.push_back(ratio->numerator);
    denominators.push_back(ratio->denominator);
  }
  if (numerators.size() < numbers.size() / 2) return {};
  return std::abs(reference) * common_factor(numerators) / common_factor(denominators);
}

/// Bits that the numbers take as fractions of a unit, about, in 1/65536.
std::uint64_t cost_by(double unit, std::span<const double> numbers) {
  constexpr std::uint64_t kOther = 80 * kOneBit;
  std::uint64_t cost = 0;
  for (const double number : numbers) {
    const auto fraction = fraction_of(number, unit);
    cost += fraction ? log2_cost(static_cast<std::uint64_t>(std::abs(fraction->numerator)) + 1) +
                           log2_cost(fraction->denominator)
                     : kOther;
  }
  return cost;
}

struct Choice {
  double unit;
  std::uint64_t cost;
};

/// The unit times and by small primes, as long as that saves.
Choice simplified(Choice best, std::span<const double> numbers) {
  for (bool better = true; better;) {
    better = false;
    for (const double factor : {2.0, 3.0, 5.0, 7.0})
      for (const double unit : {best.unit * factor, best.unit / factor})
        if (const std::uint64_t cost = cost_by(unit, numbers); cost < best.cost) best = {unit, cost}, better = true;
  }
  return best;
}

/// The same unit to the last place: the one that leaves values the fewest places off.
double sharpened(double unit, std::span<const double> numbers) {
  constexpr int kReach = 6;
  const double first = std::bit_cast<double>(std::bit_cast<std::uint64_t>(unit) - kReach);
  double best = unit, tried = first;
  std::int64_t least = -1;
  for (int i = 0; i <= 2 * kReach; ++i, tried = std::nextafter(tried, 2 * unit)) {
    std::int64_t off = 0;
    for (const double number : numbers) {
      const auto fraction = fraction_of(number, tried);
      off += fraction ? std::abs(fraction->places) : kMostPlaces;
    }
    if (least < 0 || off < least) least = off, best = tried;
  }
  return best;
}

}  // namespace

std::optional<Fraction> fraction_of(double value, double unit) {
  constexpr double kNear = 0x1p-49;
  const double quotient = std::abs(value / unit);
  if (!(quotient < static_cast<double>(kMostNumerator)) || (quotient == 0 && std::signbit(value))) return {};
  Convergents convergent(quotient);
  do {
    if (std::abs(convergent.value() - quotient) > kNear * quotient) continue;
    const std::uint64_t denominator = convergent.denominator();
    if (denominator > kMostDenominator) return {};
    auto numerator = static_cast<std::int64_t>(convergent.numerator());
    if (value < 0) numerator = -numerator;
    const auto places = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(value) -
                                                  std::bit_cast<std::uint64_t>(value_of(numerator, denominator, unit)));
    if (places >= -kMostPlaces && places < kMostPlaces) return Fraction{numerator, denominator, places};
  } while (convergent.advance(kMostNumerator));
  return {};
}

std::optional<double> common_unit(std::span<const double> numbers) {
  constexpr std::size_t kSampled = 128;
  constexpr std::uint64_t kMostBits = 44;  // of a value: else nothing is gained
  std::vector<double> sample;
  for (std::size_t i = 0; i < kSampled && !numbers.empty(); ++i) {
    const double number = numbers[i * numbers.size() / kSampled];
    if (std::isfinite(number) && number != 0) sample.push_back(number);
  }
  if (sample.size() < kSampled / 4) return {};
  Choice best{1, cost_by(1, sample)};
  for (const std::size_t at : {std::size_t{0}, sample.size() / 3, sample.size() / 2})
    if (const auto unit = unit_by(sample[at], sample))
      if (const std::uint64_t cost = cost_by(*unit, sample); cost < best.cost) best = {*unit, cost};
  if (best.cost >= 2 * kMostBits * kOneBit * sample.size()) return {};
  best = simplified(best, sample);
  if (best.cost >= kMostBits * kOneBit * sample.size()) return {};
  return sharpened(best.unit, sample);
}

}  // namespace daybreak::codecs
