#include <algorithm>
#include <cmath>
#include <random>

#include "libcore/base/error.h"
#include "libcore/precision/number_formats.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::precision;

namespace {

/// A format from its definition: digits of precision, smallest exponent, largest number.
struct Definition {
  NumberFormat format;
  int digits, smallest_exponent;  // 2^smallest_exponent is the smallest normal number
  double largest;
};
const Definition kDefinitions[] = {{NumberFormat::f16, 11, -14, 65504},
                                   {NumberFormat::bf16, 8, -126, 0x1.fep127},
                                   {NumberFormat::f8_e4m3, 4, -6, 448}};

/// Rounds to the grid around the value; nearbyint rounds half to even. Past the largest number it does not stop.
double on_grid(double value, const Definition& d) {
  if (value == 0) return 0;
  const int exponent = std::max(std::ilogb(value), d.smallest_exponent), place = exponent - d.digits + 1;
  return std::ldexp(std::nearbyint(std::ldexp(value, -place)), place);
}

std::vector<float> sample(std::mt19937_64& random, std::size_t count) {
  std::normal_distribution<double> normal(0, 1);
  std::uniform_int_distribution<int> exponent(-30, 20);
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<float>(std::ldexp(normal(random), exponent(random))));
  values.insert(values.end(), {0.0f, -0.0f, 464.0f, 464.1f, 480.0f, 65519.0f, 65520.0f, -65520.0f, 0x1p-10f, 0x1.8p-10f, 0x1p-9f, 0x1p-25f, 0x1.0002p-25f,
                               0x1p-24f, 0x1p-14f, 0x1.ffcp-15f, 3.4e38f, 0x1p-149f, 0x1p-126f, 1e-40f});
  return values;
}

}  // namespace

TEST_CASE("rounding to a format is what its definition says") {
  std::mt19937_64 random(1);
  const std::vector<float> values = sample(random, 20000);
  for (const Definition& d : kDefinitions)
    for (const float scale : {1.0f, 64.0f, 0x1p-10f}) {
      if (scale != 1 && d.format != NumberFormat::f8_e4m3) continue;  // nothing else is scaled
      std::vector<float> rounded(values.size());
      round_values(values, rounded, d.format, scale);
      FormatCounts counts;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double scaled = static_cast<double>(values[i] * scale), grid = on_grid(scaled, d);
        const double wanted = std::clamp(grid, -d.largest, d.largest) / scale;
        INFO(records::number_format_name(d.format) << " of " << values[i] << " at scale " << scale);
        REQUIRE(static_cast<double>(rounded[i]) == wanted);
        const double magnitude = std::abs(static_cast<double>(values[i]) * scale), exact = on_grid(magnitude, d);
        // E4M3 has no code above 448 on the way to the next number of the grid, 480: half way is even at 448.
        if (exact > d.largest) ++counts.overflow;
        else if (magnitude != 0 && exact == 0) ++counts.flushed;
        else if (exact != 0 && exact < std::ldexp(1, d.smallest_exponent)) ++counts.subnormal;
      }
      CHECK(count_out_of_range(values, d.format, scale) == counts);
      if (scale == 1) {
        CHECK(counts.overflow > 0);
        CHECK(counts.subnormal > 0);
      }
    }
  std::vector<float> same(values.size());
  round_values(values, same, NumberFormat::f32, 1);
  CHECK(same == values);
}

TEST_CASE("limits and scales") {
  CHECK(format_limits(NumberFormat::f16).largest == 65504);
  CHECK(format_limits(NumberFormat::f16).smallest == 0x1p-24);
  CHECK(format_limits(NumberFormat::bf16).smallest_normal == 0x1p-126);
  CHECK(format_limits(NumberFormat::f8_e4m3).largest == 448);
  CHECK(format_limits(NumberFormat::f8_e4m3).smallest_normal == 0x1p-6);
  CHECK(format_limits(NumberFormat::f8_e4m3).smallest == 0x1p-9);
  std::mt19937_64 random(2);
  std::lognormal_distribution<float> magnitude(0, 10);
  for (int i = 0; i < 1000; ++i) {
    const float amax = magnitude(random), scale = scale_for(NumberFormat::f8_e4m3, Scaling::tensor, amax);
    REQUIRE(amax * scale <= 448);
    REQUIRE(2 * amax * scale > 448);
    REQUIRE(std::exp2(std::round(std::log2(scale))) == scale);
  }
  CHECK(scale_for(NumberFormat::f8_e4m3, Scaling::none, 3) == 1);
  CHECK(scale_for(NumberFormat::f8_e4m3, Scaling::tensor, 0) == 1);
  CHECK(scale_for(NumberFormat::f16, Scaling::tensor, 3) == 1);
}

TEST_CASE("ranges and histogram shares agree with counting one by one") {
  std::mt19937_64 random(3);
  const std::vector<float> values = sample(random, 20000);
  const Range range = range_of(values);
  CHECK(range.zeros == static_cast<std::uint64_t>(std::count(values.begin(), values.end(), 0.0f)));
  double largest = 0, smallest = 1e300, squares = 0;
  std::array<std::uint64_t, 256> bins{};
  for (const float value : values) {
    const double magnitude = std::abs(static_cast<double>(value));
    largest = std::max(largest, magnitude);
    squares += magnitude * magnitude;
    if (magnitude == 0) continue;
    smallest = std::min(smallest, magnitude);
    ++bins[static_cast<std::size_t>(std::max(0, std::ilogb(magnitude) + 127))];
  }
  CHECK(range.largest == largest);
  CHECK(range.smallest == smallest);
  CHECK_THAT(range.sum_squares, Catch::Matchers::WithinRel(squares, 1e-12));
  CHECK(range.histogram == bins);

  for (const Definition& d : kDefinitions)
    for (const int shift : {-20, -3, 0, 5, 14}) {
      const RangeShares found = shares_at(range, d.format, shift);
      double overflow = 0, flushed = 0, overflow_bin = 0, flushed_bin = 0;
      const int top = std::ilogb(d.largest), bottom = d.smallest_exponent - d.digits + 1 - 1;  // half of the smallest number
      for (const float value : values) {
        const double magnitude = std::ldexp(std::abs(static_cast<double>(value)), shift), grid = on_grid(magnitude, d);
        const int exponent = magnitude == 0 ? -10000 : std::ilogb(magnitude);
        overflow += grid > d.largest;
        flushed += magnitude != 0 && grid == 0;
        overflow_bin += exponent == top;      // the bins that a histogram cannot divide
        flushed_bin += exponent == bottom || (value != 0 && std::abs(value) < 0x1p-126f);
      }
      const double total = static_cast<double>(values.size());
      INFO(records::number_format_name(d.format) << " shifted by " << shift);
      CHECK(found.overflow * total <= overflow + 1e-9);
      CHECK(found.overflow * total >= overflow - overflow_bin - 1e-9);
      CHECK(found.flushed * total <= flushed + 1e-9);
      CHECK(found.flushed * total >= flushed - flushed_bin - 1e-9);
    }
}

TEST_CASE("lists of formats") {
  using enum NumberFormat;
  CHECK(parse_formats("bf16,f16") == std::vector{f32, f16, bf16});
  CHECK(parse_formats("F8_E4M3") == std::vector{f32, f8_e4m3});
  CHECK(parse_formats("f32") == std::vector{f32});
  CHECK_THROWS_AS(parse_formats("f16,f16"), Error);
  CHECK_THROWS_AS(parse_formats("f16,"), Error);
  CHECK_THROWS_AS(parse_formats("int8"), Error);
}
