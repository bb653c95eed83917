#include "tests/regression/arrays.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "libcore/dataset/real_values.h"

namespace daybreak::test {
namespace {

using Integers = std::vector<std::int64_t>;
using io::DType;
using io::Shape;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(bound));
  }
  std::int64_t bits() {
    const std::uint64_t high = engine_();
    return static_cast<std::int64_t>(high << 32 | engine_());
  }
  /// About normal, by the sum of four uniform numbers: standard deviation 2^31 / sqrt(3), within +- 2^33.
  std::int64_t bell() {
    std::int64_t sum = -(std::int64_t{1} << 33);
    for (int i = 0; i < 4; ++i) sum += static_cast<std::int64_t>(engine_());
    return sum;
  }
  /// 0 half of the time, 1 a quarter, and so on.
  std::int64_t geometric() {
    std::int64_t value = 0;
    for (auto bits = engine_(); value < 31 && (bits >> value & 1) != 0;) ++value;
    return value;
  }

 private:
  std::mt19937 engine_;
};

std::size_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                         [](std::size_t product, std::uint64_t extent) { return product * extent; });
}

template <typename Draw>
Integers draw(std::size_t count, Draw next) {
  Integers values(count);
  for (std::int64_t& value : values) value = next();
  return values;
}

NamedArray integers(const char* name, DType type, Shape shape, const Integers& values) {
  const std::size_t width = io::dtype_bytes(type);
  NamedArray array{{name, type, std::move(shape)}, std::vector<std::byte>(values.size() * width)};
  for (std::size_t i = 0; i < values.size(); ++i) std::memcpy(array.data.data() + i * width, &values[i], width);
  return array;
}

NamedArray reals(const char* name, DType type, Shape shape, const std::vector<double>& values) {
  NamedArray array{{name, type, std::move(shape)}, std::vector<std::byte>(values.size() * io::dtype_bytes(type))};
  dataset::from_doubles(type, values, array.data);
  return array;
}

std::vector<double> over(const Integers& values, double divisor) {
  std::vector<double> quotients(values.size());
  std::transform(values.begin(), values.end(), quotients.begin(),
                 [&](std::int64_t value) { return static_cast<double>(value) / divisor; });
  return quotients;
}

/// Running sums of 2 * radius + 1 values along one axis, a few times: noise becomes smooth.
void smooth(Integers& values, const Shape& shape, std::size_t axis, std::size_t radius) {
  std::size_t stride = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) stride *= shape[i];
  const std::size_t extent = shape[axis];
  const Integers before = values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t place = i / stride % extent, line = i - place * stride;
    std::int64_t sum = 0;
    for (std::size_t k = 0; k <= 2 * radius; ++k) sum += before[line + (place + k + extent - radius) % extent * stride];
    values[i] = sum;
  }
}

/// A smooth field with values within about +- 2^20.
Integers field(const Shape& shape, unsigned seed) {
  Random random(seed);
  Integers values = draw(count_of(shape), [&] { return random.bell() >> 12; });
  for (int round = 0; round < 2; ++round)
    for (std::size_t axis = 0; axis < shape.size(); ++axis) smooth(values, shape, axis, 3);
  const std::int64_t most = std::abs(*std::max_element(
      values.begin(), values.end(), [](std::int64_t a, std::int64_t b) { return std::abs(a) < std::abs(b); }));
  for (std::int64_t& value : values) value = (value / 256 << 20) / (most / 256);
  return values;
}

/// Rows of different scales, as weights have them.
Integers weights(std::size_t rows, std::size_t columns) {
  Random random(1);
  Integers values;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::int64_t scale = 20 + random.below(80);
    for (std::size_t column = 0; column < columns; ++column) values.push_back(random.bell() * scale);
  }
  return values;
}

/// A stroke across black, as handwritten digits have it.
Integers strokes(std::size_t images, std::int64_t side) {
  Random random(2);
  Integers pixels;
  for (std::size_t image = 0; image < images; ++image) {
    const std::int64_t from = random.below(side), slope = random.below(5) - 2,
                       length = side / 2 + random.below(side / 2);
    for (std::int64_t y = 0; y < side; ++y)
      for (std::int64_t x = 0; x < side; ++x) {
        const std::int64_t away = std::abs(4 * (x - from) - slope * y);
        const std::int64_t ink = y < length ? 300 - 30 * away + random.below(16) : 0;
        pixels.push_back(std::clamp<std::int64_t>(ink, 0, 255));
      }
  }
  return pixels;
}

Integers photo(std::uint64_t height, std::uint64_t width) {
  Random random(3);
  const Integers light = field({height, width}, 4), hue = field({height, width}, 5);
  Integers pixels;
  for (std::size_t i = 0; i < light.size(); ++i)
    for (std::int64_t channel = 0; channel < 3; ++channel) {
      const std::int64_t value = 128 + (light[i] >> 14) + ((channel - 1) * hue[i] >> 15) + random.below(4);
      pixels.push_back(std::clamp<std::int64_t>(value, 0, 255));
    }
  return pixels;
}

/// Few words often, many seldom, with pairs that come again.
Integers tokens(std::size_t count) {
  Random random(6);
  Integers ids;
  while (ids.size() < count) {
    const std::int64_t word = (std::int64_t{1} << random.below(14)) + random.below(64);
    ids.push_back(word * 2654435761 % 50257);
    if (word % 3 == 0) ids.push_back((word * 40503 + 7) % 50257);
  }
  ids.resize(count);
  return ids;
}

Integers walk(std::size_t count, std::int64_t step, unsigned seed) {
  Random random(seed);
  std::int64_t place = 0;
  return draw(count, [&] { return place += random.below(2 * step + 1) - step; });
}

/// Two ringing tones and noise.
Integers audio(std::size_t count) {
  Random random(7);
  std::int64_t high = 4000 << 8, high_before = 0, low = 9000 << 8, low_before = 0;
  return draw(count, [&] {
    high_before = std::exchange(high, (high * 460 >> 8) - high_before);
    low_before = std::exchange(low, (low * 510 >> 8) - low_before);
    return std::clamp<std::int64_t>(((high + low) >> 10) + random.below(96), -32768, 32767);
  });
}

std::vector<double> events(std::size_t count) {
  Random random(8);
  const std::vector<double> levels = over(draw(500, [&] { return random.bell(); }), 3e8);
  std::vector<double> values;
  while (values.size() < count)
    values.insert(values.end(), static_cast<std::size_t>(1 + random.geometric()),
                  levels[static_cast<std::size_t>(random.below(500))]);
  values.resize(count);
  return values;
}

/// A field with holes, as land has in a map of the sea: all of one value, or NaN.
std::vector<double> holes(const Shape& shape, double missing) {
  const Integers depth = field(shape, 9), land = field(shape, 10);
  std::vector<double> values = over(depth, 3e4);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (land[i] > 0) values[i] = missing;
  return values;
}

void add_reals(std::vector<NamedArray>& arrays) {
  Random random(11);
  const std::vector<double> trained = over(weights(96, 160), std::ldexp(1.0, 42));
  for (const auto& [name, type] :
       {std::pair{"weights_f32", DType::f32}, {"weights_f16", DType::f16}, {"weights_bf16", DType::bf16}})
    arrays.push_back(reals(name, type, {96, 160}, trained));
  const auto bell = [&](int shift) { return [&random, shift] { return random.bell() >> shift; }; };
  arrays.push_back(reals("decimals_f32", DType::f32, {1200, 12}, over(draw(14400, bell(17)), 1e4)));
  arrays.push_back(reals("prices_f64", DType::f64, {6000}, over(walk(6000, 40, 12), 100)));
  arrays.push_back(
      reals("counts_f32", DType::f32, {1500, 10}, over(draw(15000, [&] { return random.geometric(); }), 1)));
  arrays.push_back(reals("pixels_f32", DType::f32, {20, 28, 28}, over(strokes(20, 28), 255)));
  arrays.push_back(reals("map_f32", DType::f32, {100, 150}, over(field({100, 150}, 13), 7e3)));
  Integers relief = field({100, 150}, 14);
  for (std::int64_t& meters : relief) meters = (meters >> 8) + random.below(3);
  arrays.push_back(reals("relief_f32", DType::f32, {100, 150}, over(relief, 1)));
  arrays.push_back(reals("flow_f32", DType::f32, {12, 30, 40}, over(field({12, 30, 40}, 15), 9e4)));
  arrays.push_back(reals("flow_f64", DType::f64, {8, 24, 30}, over(field({8, 24, 30}, 16), 9e4)));
  arrays.push_back(reals("sea_f32", DType::f32, {6, 40, 60}, holes({6, 40, 60}, -1e34)));
  arrays.push_back(
      reals("gaps_f32", DType::f32, {6, 40, 60}, holes({6, 40, 60}, std::numeric_limits<double>::quiet_NaN())));
  arrays.push_back(reals("events_f64", DType::f64, {6000}, events(6000)));
  arrays.push_back(reals("series_f64", DType::f64, {1500, 4}, over(walk(6000, 1 << 20, 17), 1e6)));
  arrays.push_back(reals("sparse_f32", DType::f32, {300, 50},
                         over(draw(15000, [&] { return random.below(40) == 0 ? random.bell() : 0; }), 1e9)));
  arrays.push_back(reals("constant_f32", DType::f32, {16000}, std::vector<double>(16000, 0.1)));
}

void add_integers(std::vector<NamedArray>& arrays) {
  Random random(18);
  const auto below = [&](std::int64_t bound) { return [&random, bound] { return random.below(bound); }; };
  arrays.push_back(integers("digits_u8", DType::u8, {60, 28, 28}, strokes(60, 28)));
  arrays.push_back(integers("photo_u8", DType::u8, {120, 160, 3}, photo(120, 160)));
  arrays.push_back(integers("tokens_u16", DType::u16, {30000}, tokens(30000)));
  arrays.push_back(integers("tokens_u32", DType::u32, {64, 256}, tokens(16384)));
  arrays.push_back(integers("labels_i64", DType::i64, {6000}, draw(6000, below(10))));
  arrays.push_back(integers("audio_i16", DType::i16, {30000}, audio(30000)));
  Integers offsets = draw(6000, [&] { return 1 + random.below(200); });
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  arrays.push_back(integers("offsets_i64", DType::i64, {6000}, offsets));
  arrays.push_back(integers("ids_i32", DType::i32, {12000}, draw(12000, below(30000))));
  arrays.push_back(
      integers("mask_bool", DType::boolean, {40000}, draw(40000, [&] { return random.geometric() > 3 ? 1 : 0; })));
  arrays.push_back(
      integers("weights_f8", DType::f8_e4m3, {200, 200}, draw(40000, [&] { return (random.bell() >> 28) + 64; })));
  arrays.push_back(integers("random_u8", DType::u8, {40000}, draw(40000, below(256))));
  arrays.push_back(integers("random_u64", DType::u64, {5000}, draw(5000, [&] { return random.bits(); })));
}

}  // namespace

std::vector<NamedArray> generated_arrays() {
  std::vector<NamedArray> arrays;
  add_reals(arrays);
  add_integers(arrays);
  return arrays;
}

}  // namespace daybreak::test
