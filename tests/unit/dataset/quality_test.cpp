// Figures of a loss whose values are known without computing them the same way.
#include <cmath>
#include <limits>
#include <random>

#include "libcore/dataset/chunk_grid.h"
#include "libcore/dataset/lossy_form.h"
#include "libcore/dataset/quality.h"
#include "libcore/io/stretches.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

RowSample sample_of(std::uint64_t columns, std::vector<double> before, std::vector<double> after) {
  RowSample sample;
  sample.columns = columns;
  sample.rows = before.size() / columns;
  sample.original = std::move(before);
  sample.decoded = std::move(after);
  for (std::uint64_t row = 0; row < sample.rows; ++row) sample.whole.push_back(row);
  return sample;
}

std::vector<double> normal(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> distribution;
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

std::unique_ptr<io::ArraySource> array_of(io::Shape shape, const std::vector<double>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return io::memory_array({"x", io::DType::f64, std::move(shape)}, {bytes.begin(), bytes.end()});
}

}  // namespace

TEST_CASE("a loss across two correlated columns shows along their difference alone") {
  // Columns a + b and a - b with a and b of variances 9 and 1: correlation 0.8, so directions of shares 0.9 and 0.1.
  // The error has variance 0.01 along the second, whose variance among columns of variance 1 is 0.2.
  const double a[] = {3, 3, -3, -3}, b[] = {1, -1, 1, -1};
  std::vector<double> before, after;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 4; ++i) {
      const double error = round == 0 ? 0.1 : -0.1;
      for (const double sign : {1.0, -1.0}) {
        before.push_back(5 + a[i] + sign * b[i]);
        after.push_back(before.back() + sign * error);
      }
    }
  const auto found = direction_integrity(sample_of(2, before, after));
  REQUIRE(found);
  CHECK(found->directions == 2);
  CHECK(found->worst == 1);
  CHECK(found->worst_share == Approx(0.1));
  CHECK(found->worst_integrity == Approx(1 - 0.01 / 1));
}

TEST_CASE("directions with less than a thousandth of the variance do not count, and constant columns are none") {
  std::vector<double> before, after;
  const std::vector<double> shared = normal(1000, 1), own = normal(1000, 2);
  for (std::size_t i = 0; i < shared.size(); ++i) {
    before.insert(before.end(), {shared[i], 7, shared[i] + 0.01 * own[i]});
    after.insert(after.end(), {shared[i], 7, shared[i]});
  }
  const auto found = direction_integrity(sample_of(3, before, after));
  REQUIRE(found);
  CHECK(found->columns == 2);
  CHECK(found->directions == 1);
  CHECK(found->worst_integrity > 0.999);
  CHECK_FALSE(direction_integrity(sample_of(2, {1, 1, 1, 2}, {1, 1, 1, 2})));
}

TEST_CASE("mutual information of the same, of unrelated and of normal values with noise") {
  const std::vector<double> x = normal(1 << 20, 3), noise = normal(1 << 20, 4);
  CHECK(*normalized_information(sample_of(1, x, x)) == 1);
  CHECK(*normalized_information(sample_of(1, x, noise)) < 0.005);
  // Noise of 0.003 of the variance leaves log2(1 / 0.003) / 2 = 4.19 of 8 bits, and a little more in bins of equal
  // mass.
  std::vector<double> noisy = x;
  for (std::size_t i = 0; i < noisy.size(); ++i) noisy[i] += std::sqrt(0.003) * noise[i];
  CHECK(*normalized_information(sample_of(1, x, noisy)) == Approx(4.19 / 8).margin(0.02));
  CHECK_FALSE(normalized_information(sample_of(1, std::vector<double>(5000, 2), std::vector<double>(5000, 2))));
  CHECK_FALSE(normalized_information(sample_of(1, {1, 2}, {1, 2})));
}

TEST_CASE("cosines of rows; zeros on one side and on both") {
  const auto turned = row_cosines(sample_of(2, {1, 0, 3, 4}, {1, 1, 3, 4}));
  CHECK(turned->least == Approx(std::sqrt(0.5)));
  CHECK(turned->mean == Approx((1 + std::sqrt(0.5)) / 2));
  CHECK(row_cosines(sample_of(2, {1e300, 0, 3e-300, 4e-300}, {1e300, 1e300, 3e-300, 4e-300}))->least ==
        Approx(std::sqrt(0.5)));
  CHECK(row_cosines(sample_of(2, {0, 0}, {0, 0}))->least == 1);
  CHECK(row_cosines(sample_of(2, {1, 0}, {0, 0}))->least == 0);
}

TEST_CASE("neighbors on a line stay where the order stays, and go where rows are shuffled") {
  std::vector<double> before, after;
  for (int i = 0; i < 3000; ++i)
    before.push_back(i + 0.001 * ((i * 37) % 100)), after.push_back(before.back() + 0.0001);
  const auto kept = neighbor_recall(sample_of(1, before, after), 2);
  REQUIRE(kept);
  CHECK(kept->probes == 1000);
  CHECK(kept->among == 3000);
  CHECK(kept->recall == 1);
  for (int i = 0; i < 3000; ++i) after[static_cast<std::size_t>(i)] = (i * 1009) % 3000;
  CHECK(neighbor_recall(sample_of(1, before, after), 1)->recall < 0.02);
  CHECK_FALSE(neighbor_recall(sample_of(1, {1, 2}, {1, 2}), 1));
}

TEST_CASE("rows of large arrays come from all over, and rows with a hole are not whole") {
  std::vector<double> values(1 << 21);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  values[3] = std::numeric_limits<double>::quiet_NaN();
  const auto source = array_of({1 << 17, 16}, values);
  const RowSample sample = sample_rows(*source, *source, {16.0 * 7});
  CHECK(sample.rows == 1 << 16);
  CHECK(sample.whole.size() == sample.rows - 2);
  CHECK(sample.whole[6] == 8);  // rows 0 and 7 are not
  CHECK(sample.original_row(sample.rows - 1)[15] > 16 * (0.99 * (1 << 17)));
  CHECK(sample_rows(*array_of({0, 3}, {}), *array_of({0, 3}, {}), {}).rows == 0);
}

TEST_CASE("arrays without anything to measure have figures of nothing") {
  for (const auto& [shape, values] : {std::pair<io::Shape, std::vector<double>>{{0, 4}, {}},
                                      {{1, 2}, {1, 2}},
                                      {{}, {5}},
                                      {{3, 2}, std::vector<double>(6, std::numeric_limits<double>::quiet_NaN())}}) {
    const auto source = array_of(shape, values);
    const ArrayQuality quality = measure_quality(*source, *source, {}, true, 1);
    CHECK_FALSE(quality.normalized_information);
    CHECK_FALSE(quality.directions);
    CHECK_FALSE(quality.neighbors);
    CHECK(quality_json(parse_quality(quality_json(quality))) == quality_json(quality));
  }
}

TEST_CASE("what a form gives is read in any pieces, across chunks of a cut row too") {
  const std::vector<double> values = normal(3 * 5 * 1000, 5);
  const auto source = array_of({3, 5, 1000}, values);
  const ChunkGrid grid = make_grid(source->info(), 1500);  // six chunks a row
  REQUIRE(grid.count == 15 * 6);
  for (std::uint64_t ordinal = 0; ordinal < grid.count; ++ordinal) {
    const ChunkPlace place = grid.place(ordinal);
    CHECK(grid.ordinal_at(place.offset_bytes) == ordinal);
    CHECK(grid.ordinal_at(place.offset_bytes + place.valid_bytes - 1) == ordinal);
  }
  const codecs::Pipeline lattice{codecs::Map::lattice, codecs::Predict::none, codecs::Code::bins};
  const QuantizedSource quantized(*source, grid, {lattice, {0.5}, 0, {}});
  std::vector<double> whole(values.size());
  quantized.read(0, std::as_writable_bytes(std::span(whole)));
  for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(std::abs(whole[i] - values[i]) <= 0.3);
  double alone = 0;
  for (const std::size_t i : {14999u, 3u, 511u, 512u, 1000u, 7777u}) {
    quantized.read(i * sizeof alone, std::as_writable_bytes(std::span(&alone, 1)));
    CHECK(alone == whole[i]);
  }
}
