#pragma once
// Points of the unit cube: even ones (a scrambled Sobol sequence), or independent ones. Each coordinate is a function of the
// seed, the replicate and its place alone, so that any thread may make any part.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace daybreak::finance {

enum class Sampler { sobol, plain };

/// How many cases are made and evaluated at once.
inline constexpr std::size_t kCasesABlock = 2048;

class UnitPoints {
 public:
  static constexpr std::size_t kMostDimensions = 512;  // of the Sobol sequence: as far as its table goes
  static constexpr std::int64_t kMostPoints = std::int64_t{1} << 26;

  /// `points` of `dimensions` coordinates in each replicate. Error (usage): sobol with a number of points that is no power of two
  /// (the points are even only as a whole, and the first one, the origin before scrambling, belongs to them: Owen 2020, "On dropping
  /// the first Sobol' point"), more dimensions than the table has, or more points than kMostPoints.
  UnitPoints(Sampler sampler, std::size_t dimensions, std::int64_t points, std::uint64_t seed);

  std::int64_t points() const { return points_; }
  std::size_t blocks() const { return (static_cast<std::size_t>(points_) + kCasesABlock - 1) / kCasesABlock; }
  std::size_t points_of_block(std::size_t block) const;

  /// One coordinate of the points of a block: u: [points_of_block(block)], each within (0, 1), of 52 bits. For sobol a nested uniform
  /// scramble (Owen 1995) of every replicate and dimension of its own; its random bits are a hash of the digits before.
  void coordinates(std::uint64_t replicate, std::size_t dimension, std::size_t block, std::span<double> u) const;

 private:
  static constexpr int kBits = 32;

  std::uint64_t stream(std::uint64_t replicate, std::size_t dimension, std::uint64_t part) const;
  void even(std::uint64_t key, std::size_t dimension, std::size_t first, std::span<double> u) const;

  Sampler sampler_;
  std::int64_t points_;
  std::uint64_t seed_;
  int scrambled_groups_ = 0;  // of six digits, so that they tell all points apart
  std::vector<std::array<std::uint32_t, kBits>> changes_;  // [dimensions]: what point i + 1 differs in from i, by the zeros that end i + 1
};

}  // namespace daybreak::finance
