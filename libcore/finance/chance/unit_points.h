#pragma once
// Points of the unit cube: even ones (a scrambled Sobol sequence), or independent ones. Each coordinate is a function of the
// seed, the replicate and its place alone, so that any thread may make any part.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/finance/chance/sobol_directions.h"

namespace daybreak::finance {

enum class Sampler { sobol, plain };

/// How many cases are made and evaluated at once.
inline constexpr std::size_t kCasesABlock = 1024;
/// One dimension of the Sobol sequence scrambled at random, so that every point is uniform and the points stay even: all 52 digits by a
/// lower triangular matrix (Matousek 1998), then the first ten by Owen's nested uniform scramble (1995), with digits behind them
/// that are shifted by a random amount for each of the 2^10 intervals. The variance of a mean is that of Owen's scramble, which
/// it is where each interval holds at most one point.
class ScrambledDimension {
 public:
  ScrambledDimension(const SobolDirections& directions, std::uint64_t seed, std::uint64_t stream);
  /// The coordinates of points first, first + 1, ...; each within (0, 1).
  void coordinates(std::size_t first, std::span<double> u) const;

 private:
  static constexpr int kNested = 10;  // digits
  std::array<std::uint64_t, kSobolDigits> changes_;         // what point i + 1 differs in from i, by the zeros that end i + 1
  std::array<std::uint64_t, 1 << kNested> intervals_;  // by the first digits: these scrambled, and the shift of the rest
};

/// One replicate of the points.
class UnitReplicate {
 public:
  /// One coordinate of the points of a block: u: [cases], each within (0, 1), of 52 bits.
  void coordinates(std::size_t dimension, std::size_t block, std::span<double> u) const;

 private:
  friend class UnitPoints;
  std::uint64_t seed_ = 0, replicate_ = 0;
  std::vector<ScrambledDimension> even_;  // [dimensions]; empty: independent points
};

class UnitPoints {
 public:
  static constexpr std::int64_t kMostPoints = std::int64_t{1} << 26;

  /// `points` of `dimensions` coordinates in each replicate. Error (usage): sobol with a number of points that is no power of two
  /// (the points are even only as a whole, and the first one, the origin before scrambling, belongs to them: Owen 2020, "On dropping
  /// the first Sobol' point"), more dimensions than the table has, or more points than kMostPoints.
  UnitPoints(Sampler sampler, std::size_t dimensions, std::int64_t points, std::uint64_t seed);

  std::int64_t points() const { return points_; }
  std::size_t blocks() const { return (static_cast<std::size_t>(points_) + kCasesABlock - 1) / kCasesABlock; }
  std::size_t points_of_block(std::size_t block) const;
  /// For sobol a scramble of its own. O(dimensions).
  UnitReplicate replicate(std::uint64_t number) const;

 private:
  std::int64_t points_;
  std::uint64_t seed_;
  std::vector<SobolDirections> directions_;  // [dimensions]; empty: independent points
};

}  // namespace daybreak::finance
