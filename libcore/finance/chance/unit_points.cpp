#include "libcore/finance/chance/unit_points.h"

#include <algorithm>
#include <bit>

#include "libcore/base/error.h"
#include "libcore/base/random.h"

namespace daybreak::finance {
namespace {

constexpr int kUnitBits = 52;
constexpr std::uint64_t kOne = std::bit_cast<std::uint64_t>(1.0);

/// The number in the middle of the interval that has those digits.
double within_unit(std::uint64_t digits) {
  return std::bit_cast<double>(kOne | digits) - (1 - 0x1p-53);
}

std::uint64_t stream(std::uint64_t replicate, std::size_t dimension, std::uint64_t part) {
  return replicate << 44 | static_cast<std::uint64_t>(dimension) << 28 | part;
}

std::string powers_around(std::int64_t points) {
  const auto below = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(points)));
  return "use " + std::to_string(below) + " or " + std::to_string(2 * below) + "; independent points take any number";
}

/// Digit j of a product is the parity of the digits that row j of a random lower triangular matrix selects, itself always one of
/// them while there is one.
std::array<std::uint64_t, kSobolDigits> times_triangle(const SobolDirections& directions, RandomStream& random) {
  std::array<std::uint64_t, kSobolDigits> result{};
  for (int digit = 0; digit < kUnitBits; ++digit) {
    auto row = static_cast<std::uint32_t>(random.word() >> 32);
    if (digit < kSobolDigits) {
      const std::uint32_t own = std::uint32_t{1} << (kSobolDigits - 1 - digit);
      row = (row | own) & ~(own - 1);
    }
    for (std::size_t k = 0; k < directions.size(); ++k)
      result[k] = result[k] << 1 | static_cast<std::uint64_t>(std::popcount(row & directions[k]) & 1);
  }
  return result;
}

}  // namespace

ScrambledDimension::ScrambledDimension(const SobolDirections& directions, std::uint64_t seed, std::uint64_t stream) {
  RandomStream random(seed, stream);
  changes_ = times_triangle(directions, random);
  // Point i + 1 differs from i in the directions of the zeros that end i + 1 in binary, and of the one before them.
  for (std::size_t k = 1; k < changes_.size(); ++k) changes_[k] ^= changes_[k - 1];
  // From k digits to k + 1: the halves of each interval stay, or change places.
  std::array<std::uint64_t, 1 << kNested> scrambled{};
  for (int k = 0; k < kNested; ++k)
    for (std::size_t interval = std::size_t{1} << k; interval-- > 0;) {
      const std::uint64_t swapped = random.word() >> 63, whole = scrambled[interval];
      scrambled[2 * interval] = whole << 1 | swapped;
      scrambled[2 * interval + 1] = whole << 1 | (swapped ^ 1);
    }
  for (std::size_t i = 0; i < scrambled.size(); ++i)
    intervals_[i] = kOne | scrambled[i] << (kUnitBits - kNested) | random.word() >> (64 - kUnitBits + kNested);
}

void ScrambledDimension::coordinates(std::size_t first, std::span<double> u) const {
  constexpr int kBehind = kUnitBits - kNested;
  std::uint64_t digits = 0;
  for (std::size_t k = 0; k < changes_.size(); ++k)
    if (first >> k & 1) digits ^= changes_[k] ^ (k == 0 ? 0 : changes_[k - 1]);
  for (std::size_t i = 0; i < u.size(); ++i) {
    const std::uint64_t behind = digits & ((std::uint64_t{1} << kBehind) - 1);
    u[i] = within_unit(intervals_[digits >> kBehind] ^ behind);
    digits ^= changes_[static_cast<std::size_t>(std::countr_zero(first + i + 1))];
  }
}

void UnitReplicate::coordinates(std::size_t dimension, std::size_t block, std::span<double> u) const {
  if (!even_.empty()) return even_[dimension].coordinates(block * kCasesABlock, u);
  RandomStream random(seed_, stream(replicate_, dimension, block));
  for (double& one : u) one = within_unit(random.word() >> (64 - kUnitBits));
}

UnitPoints::UnitPoints(Sampler sampler, std::size_t dimensions, std::int64_t points, std::uint64_t seed) : points_(points), seed_(seed) {
  if (points < 1 || points > kMostPoints)
    throw usage_error("expected 1 to " + std::to_string(kMostPoints) + " cases, found " + std::to_string(points));
  if (sampler == Sampler::plain) return;
  if (!std::has_single_bit(static_cast<std::uint64_t>(points)))
    throw usage_error("Sobol points need a power of two as the number of cases, found " + std::to_string(points), powers_around(points));
  if (dimensions > kMostSobolDimensions)
    throw usage_error("Sobol points have at most " + std::to_string(kMostSobolDimensions) + " dimensions, and " +
                          std::to_string(dimensions) + " are needed",
                      "make some inputs constants; independent points have any number");
  directions_ = sobol_directions(dimensions);
}

std::size_t UnitPoints::points_of_block(std::size_t block) const {
  return std::min(kCasesABlock, static_cast<std::size_t>(points_) - block * kCasesABlock);
}

UnitReplicate UnitPoints::replicate(std::uint64_t number) const {
  UnitReplicate one;
  one.seed_ = seed_;
  one.replicate_ = number;
  for (std::size_t d = 0; d < directions_.size(); ++d) one.even_.emplace_back(directions_[d], seed_, stream(number, d, 0));
  return one;
}

}  // namespace daybreak::finance
