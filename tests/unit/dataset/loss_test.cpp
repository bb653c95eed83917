// Rounding under bounds: what is measured, what is kept exactly, and that the bounds hold.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/extremes.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/real_values.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> normal(std::size_t count, double mean, double spread, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> distribution(mean, spread);
  std::vector<double> values(count);
  for (double& value : values) value = distribution(random);
  return values;
}

std::vector<std::byte> bytes_in(io::DType type, const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * io::dtype_bytes(type));
  from_doubles(type, values, bytes);
  return bytes;
}

std::vector<double> read_back(const io::ArraySource& source) {
  std::vector<std::byte> bytes(source.info().bytes());
  source.read(0, bytes);
  std::vector<double> values(bytes.size() / io::dtype_bytes(source.info().type));
  to_doubles(source.info().type, bytes, values);
  return values;
}

/// The formula of integrity.h, column by column, in two passes.
double integrity_by_definition(const std::vector<double>& x, const std::vector<double>& y, std::size_t columns) {
  double worst = 1;
  for (std::size_t c = 0; c < columns; ++c) {
    double mean = 0, count = 0, error = 0, variance = 0;
    for (std::size_t i = c; i < x.size(); i += columns) mean += x[i], ++count;
    mean /= count;
    for (std::size_t i = c; i < x.size(); i += columns) {
      error += (x[i] - y[i]) * (x[i] - y[i]);
      variance += (x[i] - mean) * (x[i] - mean);
    }
    worst = std::min(worst, error == 0 ? 1 : variance == 0 ? 0 : 1 - error / variance);
  }
  return worst;
}

/// Columns of quite different spreads, around means far from 0.
std::vector<double> table(std::size_t rows) {
  std::vector<double> values;
  for (std::size_t row = 0; row < rows; ++row)
    for (const auto& [mean, spread] : {std::pair{0.0, 1.0}, {1e4, 1e-2}, {-3.0, 500.0}}) {
      std::mt19937 random(static_cast<unsigned>(3 * row) + static_cast<unsigned>(spread));
      values.push_back(std::normal_distribution<double>(mean, spread)(random));
    }
  return values;
}

}  // namespace

TEST_CASE("a multiple of the step, and what no step may touch") {
  CHECK(round_to_step(5.3, 2) == 6);
  CHECK(round_to_step(5.0, 2) == 4);  // ties to even multiples
  CHECK_FALSE(std::signbit(round_to_step(-0.1, 2)));
  CHECK(std::signbit(round_to_step(-0.0, 2)));
  CHECK(round_to_step(1e-300, 0) == 1e-300);
  CHECK(round_to_step(5.3, kInfinity) == 5.3);
  CHECK(round_to_step(-kInfinity, 2) == -kInfinity);
  CHECK(relative_step(5.3, 3) == 0.5);
}

TEST_CASE("integrity is what its formula says, whole and in parts") {
  const std::size_t rows = 2000, columns = 3;
  const std::vector<double> x = table(rows);
  const io::ArrayInfo info{"x", io::DType::f64, {rows, columns}};
  Rounding rounding;
  rounding.steps = {0.25, 0x1p-9, 64};
  const RoundedSource rounded(io::memory_array(info, bytes_in(info.type, x)), rounding);
  const std::vector<double> y = read_back(rounded);
  const std::vector<std::byte> plain = bytes_in(info.type, x), lossy = bytes_in(info.type, y);

  IntegrityMeter whole(info), first(info), second(info, {}, 1001);
  whole.add(plain, lossy);
  first.add(std::span(plain).first(1001 * 8), std::span(lossy).first(1001 * 8));
  second.add(std::span(plain).subspan(1001 * 8), std::span(lossy).subspan(1001 * 8));
  first.add(second);
  const double wanted = integrity_by_definition(x, y, columns);
  CHECK(whole.result().integrity == Approx(wanted).epsilon(1e-9));
  CHECK(first.result().integrity == Approx(wanted).epsilon(1e-9));
  CHECK(first.result().max_abs_error == whole.result().max_abs_error);
  CHECK(whole.result().columns == columns);
}

TEST_CASE("every bound holds on every real type, and costs less than one bit more than it must") {
  test::ScratchDataset scratch;
  for (const io::DType type : {io::DType::f16, io::DType::bf16, io::DType::f32, io::DType::f64}) {
    const io::ArrayInfo info{"x", type, {5000, 2}};
    const std::vector<double> values = normal(10000, 0.1, 1, 7);
    const auto source = io::memory_array(info, bytes_in(type, values));
    LossBounds by_column, by_value, by_ratio, whole;
    by_column.integrity = 0.99;
    by_value.max_abs = 0.1;
    by_ratio.max_rel = 0.02;
    whole.nmse = 0.01;
    for (const LossBounds& bounds : {by_column, by_value, by_ratio, whole}) {
      const auto rounding = fit_rounding(*source, bounds, scratch.around(2));
      REQUIRE(rounding);
      // measure_rounding() throws where a bound is broken; the next step up must break it.
      const ArrayIntegrity kept = measure_rounding(*source, *rounding, bounds, scratch.around());
      CHECK(kept.mean_square_error > 0);
      Rounding coarser = *rounding;
      for (double& step : coarser.steps) step *= 2;
      if (coarser.mantissa_bits) --*coarser.mantissa_bits;
      CHECK_THROWS_AS(measure_rounding(*source, coarser, bounds, scratch.around()), Error);
    }
  }
}

TEST_CASE("the same rounding for any number of threads") {
  test::ScratchDataset scratch;
  const io::ArrayInfo info{"x", io::DType::f32, {200000, 3}};
  const auto source = io::memory_array(info, bytes_in(info.type, table(200000)));
  LossBounds bounds;
  bounds.integrity = 0.997;
  const auto one = fit_rounding(*source, bounds, scratch.around(1)),
             three = fit_rounding(*source, bounds, scratch.around(3));
  REQUIRE(one);
  CHECK(one->steps == three->steps);
  CHECK(measure_rounding(*source, *one, bounds, scratch.around(1)).integrity ==
        measure_rounding(*source, *one, bounds, scratch.around(3)).integrity);
}

TEST_CASE("NaN, infinities, zeros and what stands for a missing value stay as they are") {
  test::ScratchDataset scratch;
  std::vector<double> values = normal(5000, 20, 5, 3);
  for (const std::size_t i : {10u, 500u, 4000u}) values[i] = 1e34;
  values[1] = kInfinity, values[2] = -0.0, values[3] = -kInfinity;
  const io::ArrayInfo info{"x", io::DType::f32, {5000}};
  std::vector<std::byte> bytes = bytes_in(info.type, values);
  const std::uint32_t nan_with_payload = 0x7fc12345;
  std::memcpy(bytes.data(), &nan_with_payload, sizeof nan_with_payload);
  LossBounds bounds;
  bounds.integrity = 0.997;
  const auto source = io::memory_array(info, bytes);
  const auto rounding = fit_rounding(*source, bounds, scratch.around());
  REQUIRE(rounding);
  const auto sentinel = static_cast<double>(1e34f);
  CHECK(rounding->missing == std::vector<double>{sentinel});
  const ArrayIntegrity kept = measure_rounding(*source, *rounding, bounds, scratch.around());
  CHECK(kept.max_abs_error < 2);  // not of the order of 1e34
  const RoundedSource rounded(io::memory_array(info, bytes), *rounding);
  std::vector<std::byte> out(bytes.size());
  rounded.read(0, out);
  for (const std::size_t i : {0u, 1u, 2u, 3u, 10u, 500u, 4000u}) CHECK(std::memcmp(&bytes[4 * i], &out[4 * i], 4) == 0);
  // A range that begins and ends within an element reads the same bytes.
  std::vector<std::byte> middle(101);
  rounded.read(7, middle);
  CHECK(std::equal(middle.begin(), middle.end(), out.begin() + 7));
}

TEST_CASE("a sentinel repeats and lies far away; an outlier does not repeat") {
  Extremes repeated, once, near;
  for (int i = 0; i < 100; ++i)
    for (Extremes* each : {&repeated, &once, &near}) each->see(i);
  for (int i = 0; i < 2; ++i) repeated.see(-9999), near.see(-200);
  once.see(-9999);
  CHECK(repeated.sentinel() == -9999.0);
  CHECK_FALSE(once.sentinel());
  CHECK_FALSE(near.sentinel());
}

TEST_CASE("integers, classes and labels are never rounded") {
  CHECK_FALSE(reason_to_stay_exact({"x", io::DType::i64, {3}}).empty());
  CHECK_FALSE(reason_to_stay_exact({"train/labels", io::DType::f32, {3}}).empty());
  CHECK_FALSE(reason_to_stay_exact({"loss_mask", io::DType::f32, {3}}).empty());
  CHECK(reason_to_stay_exact({"masked_words/embedding", io::DType::f32, {3}}).empty());
  test::ScratchDataset scratch;
  std::vector<double> classes(5000);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = static_cast<double>(i % 1000) / 7;
  LossBounds bounds;
  bounds.integrity = 0.9;
  const io::ArrayInfo info{"x", io::DType::f32, {5000}};
  CHECK_FALSE(fit_rounding(*io::memory_array(info, bytes_in(info.type, classes)), bounds, scratch.around()));
}

TEST_CASE("a constant column stays exact") {
  test::ScratchDataset scratch;
  std::vector<double> values = normal(8000, 0, 1, 5);
  for (std::size_t i = 1; i < values.size(); i += 2) values[i] = 0.1;
  const io::ArrayInfo info{"x", io::DType::f32, {4000, 2}};
  LossBounds bounds;
  bounds.integrity = 0.99;
  const auto source = io::memory_array(info, bytes_in(info.type, values));
  const auto rounding = fit_rounding(*source, bounds, scratch.around());
  REQUIRE(rounding);
  CHECK(rounding->steps[1] == 0);
  CHECK(measure_rounding(*source, *rounding, bounds, scratch.around()).integrity >= 0.99);
}

TEST_CASE("a file says what it lost, and check() measures it again") {
  test::ScratchDataset scratch;
  const io::ArrayInfo info{"x", io::DType::f32, {6000, 2}};
  const std::vector<double> values = normal(12000, 1, 2, 9);
  auto inputs = test::inputs_of(test::input_of(info, bytes_in(info.type, values)));
  LossBounds bounds;
  bounds.integrity = 0.997;
  lose(inputs, bounds, {}, scratch.around(2));
  const std::string path = scratch.path("lossy.h5").string();
  const Layout written = compress(inputs, {}, path, "lossy.h5", scratch.around(2));
  verify(path, written, scratch.around());
  const Archive archive(path);
  REQUIRE(archive.layout().arrays[0].loss);
  CHECK(archive.layout().arrays[0].loss->integrity == written.arrays[0].loss->integrity);
  CHECK(archive.layout().arrays[0].loss->integrity >= 0.997);

  const auto same = test::input_of(info, bytes_in(info.type, values));
  CHECK_FALSE(compare(archive, archive.layout().inputs[0], same.file, scratch.around()));
  std::vector<double> moved = values;
  for (std::size_t i = 0; i < moved.size(); i += 2) moved[i] += 1;
  const auto other = test::input_of(info, bytes_in(info.type, moved));
  CHECK(compare(archive, archive.layout().inputs[0], other.file, scratch.around()));
}
