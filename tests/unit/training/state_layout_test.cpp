// Which elements each rank keeps the optimizer's state of.
#include "libcore/training/state_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

namespace {

struct Shape {
  std::int64_t flat, bucket;
  std::vector<double> shares;
};

const std::vector<Shape> kShapes{{1 << 16, 4096, {1, 1}},      {100000, 4096, {3, 1, 2}}, {32, 4096, {1, 1, 1, 1}},
                                 {100000, 16, {0.1, 0.9}},     {77 * 32, 160, {5}},       {1 << 20, 1 << 14, {0, 2, 0, 1, 0}},
                                 {1 << 16, 1 << 12, {1e-9, 1}}};

}  // namespace

TEST_CASE("buckets follow each other from the end to the beginning, parts from the beginning to the end") {
  for (const Shape& shape : kShapes) {
    const StateLayout layout(shape.flat, shape.shares, shape.bucket);
    std::int64_t end = shape.flat;
    for (const StateLayout::Bucket& bucket : layout.buckets()) {
      CHECK(bucket.range.end == end);
      CHECK(bucket.range.count() > 0);
      CHECK(bucket.range.count() <= shape.bucket);
      end = bucket.range.begin;
      std::int64_t begin = bucket.range.begin;
      REQUIRE(bucket.parts.size() == shape.shares.size());
      for (const Range part : bucket.parts) {
        CHECK(part.begin == begin);
        CHECK(part.count() >= 0);
        CHECK((part.begin % StateLayout::kAlignment == 0 || part.count() == 0));
        begin = part.end;
      }
      CHECK(begin == bucket.range.end);
    }
    CHECK(end == 0);
  }
}

TEST_CASE("the ranges of all ranks are every element once, in order and apart from each other") {
  for (const Shape& shape : kShapes) {
    const StateLayout layout(shape.flat, shape.shares, shape.bucket);
    std::vector<int> owners(static_cast<std::size_t>(shape.flat), 0);
    for (int rank = 0; rank < static_cast<int>(shape.shares.size()); ++rank) {
      std::int64_t end = -1;
      for (const Range range : layout.ranges_of(rank)) {
        CHECK(range.begin > end);
        CHECK(range.count() > 0);
        end = range.end;
        for (std::int64_t i = range.begin; i < range.end; ++i) ++owners[static_cast<std::size_t>(i)];
      }
    }
    CHECK(std::count(owners.begin(), owners.end(), 1) == shape.flat);
  }
}

TEST_CASE("every bucket is divided in proportion to the shares") {
  const std::vector<double> shares{3, 0, 1, 4};
  const StateLayout layout(1 << 20, shares, 1 << 14);
  for (const StateLayout::Bucket& bucket : layout.buckets())
    for (std::size_t rank = 0; rank < shares.size(); ++rank) {
      const double expected = static_cast<double>(bucket.range.count()) * shares[rank] / 8;
      CHECK(std::abs(static_cast<double>(bucket.parts[rank].count()) - expected) <= StateLayout::kAlignment);
    }
  CHECK(layout.ranges_of(1).empty());
  CHECK(elements_of(layout.ranges_of(3)) == 1 << 19);
}

TEST_CASE("one rank has one range") {
  CHECK(StateLayout(5 << 20, std::vector<double>{7}).ranges_of(0) == std::vector<Range>{{0, 5 << 20}});
  CHECK(StateLayout(5 << 20, std::vector<double>{7}).buckets().size() == 5);
}

TEST_CASE("a division says which micro-batches a rank has, and is refused where it divides nothing") {
  const Division division{{2, 0, 3}, {1, 1, 0}};
  CHECK(division.total() == 5);
  CHECK(division.micro_batches_of(0) == Range{0, 2});
  CHECK(division.micro_batches_of(1) == Range{2, 2});
  CHECK(division.micro_batches_of(2) == Range{2, 5});
  CHECK_NOTHROW(division.check(3));
  using Catch::Contains;
  CHECK_THROWS_WITH(division.check(2), Contains("expected 2 shares of the micro-batches, one for each rank, found 3"));
  CHECK_THROWS_WITH((Division{{1, 1}, {1}}.check(2)), Contains("2 shares of the optimizer's state, one for each rank, found 1"));
  CHECK_THROWS_WITH((Division{{1, -1}, {1, 1}}.check(2)), Contains("micro-batches may be negative"));
  CHECK_THROWS_WITH((Division{{0, 0}, {1, 1}}.check(2)), Contains("no rank has a share of the micro-batches"));
  CHECK_THROWS_WITH((Division{{1, 1}, {0, 0}}.check(2)), Contains("no rank has a share of the optimizer's state"));
  const double none = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS((Division{{1, 1}, {1, none}}.check(2)), Error);
}
