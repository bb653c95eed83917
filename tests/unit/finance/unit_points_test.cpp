// Points of the unit cube: the sequence itself, what scrambling keeps of it, and what it adds.
#include <algorithm>
#include <cmath>
#include <set>

#include "libcore/base/error.h"
#include "libcore/finance/chance/unit_points.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;

namespace {

std::vector<double> coordinates(const UnitPoints& points, std::uint64_t replicate, std::size_t dimension) {
  const UnitReplicate one = points.replicate(replicate);
  std::vector<double> all(static_cast<std::size_t>(points.points()));
  for (std::size_t block = 0; block < points.blocks(); ++block)
    one.coordinates(dimension, block, std::span(all).subspan(block * kCasesABlock, points.points_of_block(block)));
  return all;
}

/// Each of the intervals of equal width holds as many values.
bool fills_evenly(const std::vector<double>& values, std::size_t intervals) {
  std::vector<std::size_t> counts(intervals);
  for (const double one : values) ++counts[static_cast<std::size_t>(one * static_cast<double>(intervals))];
  return std::all_of(counts.begin(), counts.end(), [&](std::size_t count) { return count * intervals == values.size(); });
}

}  // namespace

// scipy 1.10.1, qmc.Sobol(512, scramble=False, bits=32): points 1, 2, 3, 6, 13, 100, 777, 1024, 2047 in the natural order, times 2^32.
TEST_CASE("the directions are those of Joe and Kuo") {
  const std::size_t points[]{1, 2, 3, 6, 13, 100, 777, 1024, 2047};
  const std::pair<std::size_t, std::vector<std::uint32_t>> wanted[]{
      {0, {2147483648, 1073741824, 3221225472, 1610612736, 2952790016, 637534208, 2428502016, 2097152, 4292870144}},
      {1, {2147483648, 3221225472, 1073741824, 1610612736, 3489660928, 3321888768, 809500672, 2694840320, 3789553664}},
      {2, {2147483648, 3221225472, 1073741824, 2684354560, 1879048192, 2986344448, 3829399552, 3999268864, 1428160512}},
      {3, {2147483648, 3221225472, 1073741824, 3758096384, 4026531840, 4127195136, 767557632, 1507852288, 689963008}},
      {7, {2147483648, 1073741824, 3221225472, 3758096384, 1879048192, 2516582400, 952107008, 136314880, 1138753536}},
      {20, {2147483648, 3221225472, 1073741824, 536870912, 2952790016, 1442840576, 608174080, 1537212416, 3504340992}},
      {50, {2147483648, 3221225472, 1073741824, 536870912, 268435456, 3992977408, 1874853888, 3273654272, 1306525696}},
      {100, {2147483648, 3221225472, 1073741824, 2684354560, 2415919104, 3053453312, 2235564032, 2418016256, 4032823296}},
      {255, {2147483648, 1073741824, 3221225472, 1610612736, 4026531840, 1174405120, 926941184, 2061500416, 1453326336}},
      {400, {2147483648, 3221225472, 1073741824, 2684354560, 3489660928, 4127195136, 3460300800, 2199912448, 140509184}},
      {510, {2147483648, 1073741824, 3221225472, 2684354560, 1342177280, 637534208, 3384803328, 3969908736, 1650458624}},
      {511, {2147483648, 1073741824, 3221225472, 1610612736, 2952790016, 704643072, 3451912192, 1264582656, 3315597312}}};
  const std::vector<SobolDirections> directions = sobol_directions(kMostSobolDimensions);
  REQUIRE(directions.size() == 512);
  for (const auto& [dimension, values] : wanted)
    for (std::size_t p = 0; p < std::size(points); ++p) {
      std::uint32_t point = 0;
      for (std::size_t k = 0; k < 11; ++k)
        if (points[p] >> k & 1) point ^= directions[dimension][k];
      INFO("dimension " << dimension << ", point " << points[p]);
      CHECK(point == values[p]);
    }
}

TEST_CASE("scrambled points fill every dimension evenly, and the first two together") {
  for (const std::int64_t count : {1, 2, 64, 1024, 4096, 1 << 15}) {
    const UnitPoints points(Sampler::sobol, 512, count, 3);
    for (const std::size_t dimension : {0, 1, 5, 77, 511}) {
      const std::vector<double> u = coordinates(points, 2, dimension);
      INFO(count << " points, dimension " << dimension);
      CHECK(fills_evenly(u, static_cast<std::size_t>(count)));
      CHECK(*std::min_element(u.begin(), u.end()) > 0);
      CHECK(*std::max_element(u.begin(), u.end()) < 1);
    }
  }
  // Together they are a net of quality 0: every box of 2^-a by 2^-(12-a) has one of 2^12 points.
  const UnitPoints points(Sampler::sobol, 2, 1 << 12, 4);
  const std::vector<double> x = coordinates(points, 0, 0), y = coordinates(points, 0, 1);
  for (int a = 0; a <= 12; ++a) {
    std::set<std::pair<int, int>> boxes;
    for (std::size_t i = 0; i < x.size(); ++i)
      boxes.insert({static_cast<int>(std::ldexp(x[i], a)), static_cast<int>(std::ldexp(y[i], 12 - a))});
    CHECK(boxes.size() == x.size());
  }
}

TEST_CASE("every point is uniform over the scrambles, and independent of those in other intervals") {
  constexpr int kReplicates = 4000;
  const UnitPoints points(Sampler::sobol, 3, 1 << 12, 11);
  double sum = 0, squares = 0, product = 0;
  std::vector<double> of_first;
  for (int r = 0; r < kReplicates; ++r) {
    const std::vector<double> u = coordinates(points, static_cast<std::uint64_t>(r), 2);
    sum += u[5];
    squares += u[5] * u[5];
    // Points 0 and 1 lie in different halves; where within them is independent, so that 4 (x - 1/4) (y - 1/4) of their places is 0 on
    // average.
    product += (std::fmod(u[0], 0.5) - 0.25) * (std::fmod(u[1], 0.5) - 0.25);
    of_first.push_back(u[0]);
  }
  CHECK_THAT(sum / kReplicates, WithinAbs(0.5, 4 * std::sqrt(1 / 12.0 / kReplicates)));
  CHECK_THAT(squares / kReplicates, WithinAbs(1 / 3.0, 4 * std::sqrt(4 / 45.0 / kReplicates)));
  CHECK_THAT(product / kReplicates, WithinAbs(0, 4 * (0.25 / 12) / std::sqrt(kReplicates)));
  // Kolmogorov's distance of the first point, which unscrambled is the origin; 1.95 / sqrt(n) is exceeded with a chance of 0.001.
  std::sort(of_first.begin(), of_first.end());
  double distance = 0;
  for (std::size_t i = 0; i < of_first.size(); ++i)
    distance = std::max(distance, std::abs(of_first[i] - (static_cast<double>(i) + 0.5) / kReplicates));
  CHECK(distance < 1.95 / std::sqrt(kReplicates));
}

TEST_CASE("a point has its value whatever else is drawn, and seeds and replicates differ") {
  for (const Sampler sampler : {Sampler::sobol, Sampler::plain}) {
    const UnitPoints few(sampler, 2, 1 << 13, 5), many(sampler, 9, 1 << 14, 5), other(sampler, 2, 1 << 13, 6);
    const std::vector<double> own = coordinates(few, 1, 1);
    std::vector<double> same = coordinates(many, 1, 1);
    same.resize(own.size());
    CHECK(own == same);
    CHECK(own != coordinates(few, 2, 1));
    CHECK(own != coordinates(few, 1, 0));
    CHECK(own != coordinates(other, 1, 1));
  }
}

TEST_CASE("independent points are uniform") {
  const UnitPoints points(Sampler::plain, 1, 100'000, 8);
  std::vector<double> u = coordinates(points, 0, 0);
  std::sort(u.begin(), u.end());
  double distance = 0;
  for (std::size_t i = 0; i < u.size(); ++i)
    distance = std::max(distance, std::abs(u[i] - (static_cast<double>(i) + 0.5) / static_cast<double>(u.size())));
  CHECK(distance < 1.95 / std::sqrt(static_cast<double>(u.size())));
  CHECK(u.front() > 0);
  CHECK(u.back() < 1);
}

TEST_CASE("what Sobol points cannot do is refused") {
  CHECK_THROWS_WITH(UnitPoints(Sampler::sobol, 2, 1000, 1),
                    Contains("power of two") && Contains("found 1000") && Contains("use 512 or 1024"));
  CHECK_THROWS_WITH(UnitPoints(Sampler::sobol, 513, 1024, 1), Contains("at most 512 dimensions, and 513 are needed"));
  CHECK_THROWS_WITH(UnitPoints(Sampler::plain, 1, 0, 1), Contains("found 0"));
  CHECK(UnitPoints(Sampler::plain, 1000, 1000, 1).blocks() == 1);
}
