// The features of a chunk: what they say of arrays of which it is known.
#include "libcore/codecs/features.h"

#include "libcore/codecs/feature_counts.h"
#include "libcore/codecs/objective.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

constexpr double kBit = 256;

Features features_of(const Sample& sample) {
  return measure_features(sample.type, sample.shape, sample.data);
}

template <class Element>
Features features_of(ElementType type, std::vector<std::uint64_t> shape, const std::vector<Element>& elements) {
  return features_of(sample_of(type, std::move(shape), elements));
}

}  // namespace

TEST_CASE("a constant array has nothing to tell") {
  const Features features = features_of(ElementType::f32, {20000}, std::vector<float>(20000, 1.5F));
  CHECK(features.of(Feature::density) == 0);
  CHECK(features.of(Feature::frequency) == 0);
  CHECK(features.of(Feature::most_frequent) == 1024);
  CHECK(features.of(Feature::equal_before) > 1020);
  CHECK(features.of(Feature::strange) == 0);
}

TEST_CASE("noise has all of its bits") {
  std::mt19937 random(7);
  std::vector<std::uint8_t> noise(1 << 18);
  for (auto& value : noise) value = static_cast<std::uint8_t>(random());
  const Features features = features_of(ElementType::u8, {1 << 18}, noise);
  CHECK(std::abs(features.of(Feature::density) / kBit - 8) < 0.15);
  CHECK(std::abs(features.of(Feature::frequency) / kBit - 8) < 0.15);
  CHECK(features.of(Feature::delta) > features.of(Feature::density));
  CHECK(features.of(Feature::matches) < 10);
  CHECK(features.of(Feature::drift) < 0.3 * kBit);
}

TEST_CASE("the entropy of a normal distribution is measured") {
  std::mt19937 random(8);
  std::normal_distribution<double> normal(0, 100);
  std::vector<std::int32_t> values(1 << 16);
  for (auto& value : values) value = static_cast<std::int32_t>(std::lround(normal(random)));
  const Features features = features_of(ElementType::i32, {1 << 16}, values);
  // log2(sigma * sqrt(2 pi e)); bins cost a little more, a sample of 4096 values a little less.
  const double entropy = std::log2(100 * std::sqrt(2 * std::acos(-1.0) * std::exp(1.0)));
  CHECK(std::abs(features.of(Feature::density) / kBit - entropy) < 0.3);
  CHECK(std::abs(features.of(Feature::negative) / 1024.0 - 0.5) < 0.03);
}

TEST_CASE("a grid of decimals is found, and so is a ramp") {
  std::vector<float> prices(8192), ramp(8192);
  for (std::size_t i = 0; i < prices.size(); ++i) {
    prices[i] = static_cast<float>(i * 7919 % 5000) / 100.0F;
    ramp[i] = static_cast<float>(i);
  }
  const Features decimals = features_of(ElementType::f32, {8192}, prices);
  CHECK(decimals.of(Feature::grid_lost) == 0);
  CHECK(decimals.of(Feature::grid_density) < 13 * kBit);
  CHECK(decimals.of(Feature::density) > decimals.of(Feature::grid_density));
  const Features rising = features_of(ElementType::f32, {8192}, ramp);
  CHECK(rising.of(Feature::grid_delta) < kBit / 8);
}

TEST_CASE("rows and planes are seen") {
  const Features features = features_of(ElementType::i32, {8, 64, 64}, surface(8, 64, 64, 3));
  CHECK(features.of(Feature::dimensions) == 3);
  CHECK(features.of(Feature::log_row) == 6 * 256);
  CHECK(features.of(Feature::log_plane) == 12 * 256);
  CHECK(features.of(Feature::median) < features.of(Feature::density));
}

TEST_CASE("columns of different scales are seen") {
  std::mt19937 random(9);
  std::normal_distribution<float> normal;
  std::vector<float> table(4096 * 8);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = normal(random) * std::ldexp(1.0F, static_cast<int>(3 * (i % 8)));
  const Features features = features_of(ElementType::f32, {4096, 8}, table);
  CHECK(features.of(Feature::column_scale) > 700);
  CHECK(features.of(Feature::row_scale) < 100);
  CHECK(features.of(Feature::column_density) < features.of(Feature::density));
}

TEST_CASE("different values are counted about right") {
  for (const std::size_t different : {std::size_t{10}, std::size_t{1000}, std::size_t{100000}}) {
    DistinctCounter counter;
    constexpr std::size_t kCount = 400000;
    for (std::size_t i = 0; i < kCount; ++i) counter.add(scatter_bits(i % different));
    const double expected = std::log2(static_cast<double>(kCount) / static_cast<double>(different));
    CHECK(std::abs(counter.feature(kCount) / kBit - expected) < 0.05);
  }
}

TEST_CASE("features of any type and shape are measured, and are the same again") {
  std::mt19937 random(10);
  for (const ElementType type : kTypes)
    for (const std::vector<std::uint64_t>& shape :
         {std::vector<std::uint64_t>{1}, {2}, {3, 1}, {1, 5}, {2, 3, 4}, {17, 19}, {5000}, {}}) {
      std::size_t count = 1;
      for (const std::uint64_t extent : shape) count *= extent;
      Bytes data(count * element_info(type).bytes);
      for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
      const Features once = measure_features(type, shape, data);
      CHECK(once == measure_features(type, shape, data));
      CHECK(once.of(Feature::element_bits) == 8 * element_info(type).bytes);
    }
}

TEST_CASE("powers of two in integers are those of the library") {
  for (std::int32_t log = -16 * 256; log <= 40 * 256; log += 37) {
    const double expected = std::exp2(log / 256.0) * 65536;
    CHECK(std::abs(static_cast<double>(exp2_fixed(log)) - expected) <= expected * 2e-5 + 1);
  }
}

TEST_CASE("an objective weighs bytes against the time to decode") {
  CHECK(kSmallest.cost(1000, 1000000) == 1000);
  CHECK(Objective{200}.cost(1000, 1000) == 1200);  // 1 us at 200 MB/s: 200 bytes
}
