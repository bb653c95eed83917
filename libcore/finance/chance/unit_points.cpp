#include "libcore/finance/chance/unit_points.h"

#include <algorithm>
#include <bit>

#include "libcore/base/error.h"
#include "libcore/base/random.h"
#include "libcore/finance/chance/direction_numbers.h"

namespace daybreak::finance {
namespace {

constexpr int kWidth = 32;        // digits of a direction number
constexpr int kGroup = 6;         // digits that one hash scrambles: a tree of 2^6 - 1 random bits
constexpr int kUnitBits = 52;

/// The directions v_1, v_2, ... of one dimension: v_k = m_k / 2^k, with m by the recurrence of its polynomial (Joe and Kuo 2008, 2.2).
std::array<std::uint32_t, kWidth> directions(std::span<const std::uint32_t> numbers) {
  const std::uint32_t polynomial = numbers[0];
  const int degree = std::bit_width(polynomial) - 1;
  std::array<std::uint32_t, kWidth> v{};
  for (int k = 0; k < kWidth; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (k < degree) {
      v[at] = numbers[at + 1] << (kWidth - 1 - k);
      continue;
    }
    v[at] = v[at - static_cast<std::size_t>(degree)] ^ (v[at - static_cast<std::size_t>(degree)] >> degree);
    for (int i = 1; i < degree; ++i)
      if (polynomial >> (degree - i) & 1) v[at] ^= v[at - static_cast<std::size_t>(i)];
  }
  return v;
}

/// Point i + 1 differs from point i in the directions of the zeros that end i + 1 in binary, and of the one before them.
std::array<std::uint32_t, kWidth> changes(std::array<std::uint32_t, kWidth> v) {
  for (std::size_t k = 1; k < v.size(); ++k) v[k] ^= v[k - 1];
  return v;
}

std::vector<std::array<std::uint32_t, kWidth>> changes_of(std::size_t dimensions) {
  std::vector<std::array<std::uint32_t, kWidth>> all;
  std::array<std::uint32_t, kWidth> first{};  // van der Corput's: every m is 1
  for (int k = 0; k < kWidth; ++k) first[static_cast<std::size_t>(k)] = std::uint32_t{1} << (kWidth - 1 - k);
  if (dimensions > 0) all.push_back(changes(first));
  for (std::span<const std::uint32_t> rest = direction_numbers(); all.size() < dimensions;) {
    const auto count = static_cast<std::size_t>(std::bit_width(rest[0]));
    all.push_back(changes(directions(rest.first(count))));
    rest = rest.subspan(count);
  }
  return all;
}

/// 64 random bits of a key and a place (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014, with Stafford's
/// thirteenth mixer).
std::uint64_t hashed(std::uint64_t key, std::uint64_t place) {
  std::uint64_t z = key + place * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// Which of six digits are flipped: the first by bit 0 of the tree, each further one by the bit of the digits before it.
std::uint64_t flips(std::uint64_t tree, std::uint64_t digits) {
  std::uint64_t flipped = tree & 1;
  for (int level = 1; level < kGroup; ++level)
    flipped = flipped << 1 | (tree >> ((1 << level) - 1 + (digits >> (kGroup - level))) & 1);
  return flipped;
}

/// The digits of a point scrambled, with random ones behind, as a number within (0, 1).
double scrambled(std::uint32_t digits, std::uint64_t key, int groups) {
  std::uint64_t result = 0;
  for (int g = 0; g < groups; ++g) {
    const std::uint64_t before = (std::uint64_t{digits} | std::uint64_t{1} << kWidth) >> (kWidth - kGroup * g);
    const std::uint64_t group = digits >> (kWidth - kGroup * (g + 1)) & ((1 << kGroup) - 1);
    result = result << kGroup | (group ^ flips(hashed(key, before), group));
  }
  const std::uint64_t all = (std::uint64_t{digits} | std::uint64_t{1} << kWidth) >> (kWidth - kGroup * groups);
  const int rest = kUnitBits - kGroup * groups;
  result = result << rest | hashed(key, all) >> (64 - rest);
  return static_cast<double>(static_cast<std::int64_t>(2 * result + 1)) * 0x1p-53;
}

std::string powers_around(std::int64_t points) {
  const auto below = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(points)));
  return "use " + std::to_string(below) + " or " + std::to_string(2 * below) + ", or --sampler plain";
}

}  // namespace

UnitPoints::UnitPoints(Sampler sampler, std::size_t dimensions, std::int64_t points, std::uint64_t seed)
    : sampler_(sampler), points_(points), seed_(seed) {
  if (points < 1 || points > kMostPoints)
    throw usage_error("expected 1 to " + std::to_string(kMostPoints) + " cases, found " + std::to_string(points));
  if (sampler == Sampler::plain) return;
  if (!std::has_single_bit(static_cast<std::uint64_t>(points)))
    throw usage_error("the Sobol sampler needs a power of two as the number of cases, found " + std::to_string(points),
                      powers_around(points));
  if (dimensions > kMostDimensions)
    throw usage_error("the Sobol sampler has " + std::to_string(kMostDimensions) + " dimensions, and " + std::to_string(dimensions) +
                          " are needed",
                      "make some inputs constants, or use --sampler plain");
  changes_ = changes_of(dimensions);
  scrambled_groups_ = (std::bit_width(static_cast<std::uint64_t>(points)) - 1 + kGroup - 1) / kGroup;
}

std::size_t UnitPoints::points_of_block(std::size_t block) const {
  return std::min(kCasesABlock, static_cast<std::size_t>(points_) - block * kCasesABlock);
}

std::uint64_t UnitPoints::stream(std::uint64_t replicate, std::size_t dimension, std::uint64_t part) const {
  return replicate << 44 | static_cast<std::uint64_t>(dimension) << 28 | part;
}

void UnitPoints::coordinates(std::uint64_t replicate, std::size_t dimension, std::size_t block, std::span<double> u) const {
  if (sampler_ == Sampler::sobol) {
    const std::uint64_t key = RandomStream(seed_, stream(replicate, dimension, 0)).word();
    return even(key, dimension, block * kCasesABlock, u);
  }
  RandomStream random(seed_, stream(replicate, dimension, block));
  for (double& one : u) one = static_cast<double>(static_cast<std::int64_t>(random.word() >> (64 - kUnitBits) << 1 | 1)) * 0x1p-53;
}

void UnitPoints::even(std::uint64_t key, std::size_t dimension, std::size_t first, std::span<double> u) const {
  const auto& change = changes_[dimension];
  std::uint32_t digits = 0;
  for (std::size_t k = 0; k < kBits; ++k)
    if (first >> k & 1) digits ^= change[k] ^ (k == 0 ? 0 : change[k - 1]);
  for (std::size_t i = 0; i < u.size(); ++i) {
    u[i] = scrambled(digits, key, scrambled_groups_);
    digits ^= change[static_cast<std::size_t>(std::countr_zero(first + i + 1))];
  }
}

}  // namespace daybreak::finance
