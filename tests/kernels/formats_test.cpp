// Number formats against their definition in exact arithmetic: the nearest number, found among all numbers of the format.
#include "kernels/common/formats.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"

using namespace daybreak::kernels;
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// (-1)^sign * 2^(exponent - bias) * 1.mantissa, by ldexp.
template <typename Format>
double value_of(unsigned code) {
  const int mantissa_bits = Format::kMantissaBits, bias = (1 << (Format::kExponentBits - 1)) - 1;
  const int exponent = static_cast<int>(code >> mantissa_bits) & ((1 << Format::kExponentBits) - 1);
  const int mantissa = static_cast<int>(code) & ((1 << mantissa_bits) - 1);
  const double sign = code >> (mantissa_bits + Format::kExponentBits) ? -1 : 1;
  if (Format::kInfinite && exponent == (1 << Format::kExponentBits) - 1) return mantissa ? std::nan("") : sign * kInfinity;
  if (!Format::kInfinite && exponent == (1 << Format::kExponentBits) - 1 && mantissa == (1 << mantissa_bits) - 1) return std::nan("");
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - mantissa_bits);
  return sign * std::ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

/// The positive finite numbers in rising order: number i has code i.
template <typename Format>
std::vector<double> numbers() {
  std::vector<double> values;
  for (unsigned code = 0; std::isfinite(value_of<Format>(code)); ++code) values.push_back(value_of<Format>(code));
  return values;
}

/// The definition: the nearest number, of two as near the one with an even code; beyond half a step above the largest one,
/// infinity, or in a format without infinity the largest.
template <typename Format>
unsigned nearest(const std::vector<double>& values, double x) {
  const unsigned sign = std::signbit(x) ? 1u << (Format::kExponentBits + Format::kMantissaBits) : 0;
  const double magnitude = std::fabs(x);
  const auto above = std::lower_bound(values.begin(), values.end(), magnitude);
  const auto last = static_cast<unsigned>(values.size()) - 1;
  if (above == values.end()) {
    const double step = values[last] - values[last - 1];
    return sign | (Format::kInfinite && magnitude >= values[last] + step / 2 ? last + 1 : last);
  }
  const auto code = static_cast<unsigned>(above - values.begin());
  if (code == 0 || *above == magnitude) return sign | code;
  const double up = *above - magnitude, down = magnitude - values[code - 1];
  return sign | (up < down || (up == down && code % 2 == 0) ? code : code - 1);
}

template <typename Format>
void check_all_codes() {
  const unsigned codes = 1u << (1 + Format::kExponentBits + Format::kMantissaBits);
  unsigned wrong = 0;
  for (unsigned code = 0; code < codes; ++code) {
    const double want = value_of<Format>(code);
    const float got = decode<Format>(static_cast<typename Format::Code>(code));
    if (std::isnan(want)) {
      wrong += !std::isnan(got) || !std::isnan(decode<Format>(encode<Format>(got)));
    } else {
      wrong += got != want || std::signbit(got) != std::signbit(want);
      wrong += encode<Format>(got) != code || encode<Format>(want) != code;
    }
  }
  CHECK(wrong == 0);
}

template <typename Format>
void check_ties_and_their_neighbors() {
  const auto values = numbers<Format>();
  unsigned wrong = 0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    const auto middle = static_cast<float>((values[i] + values[i + 1]) / 2);
    for (const float x : {middle, std::nextafter(middle, 0.0f), std::nextafter(middle, 1e38f)})
      for (const float signed_x : {x, -x}) {
        wrong += encode<Format>(signed_x) != nearest<Format>(values, signed_x);
        wrong += encode<Format>(static_cast<double>(signed_x)) != nearest<Format>(values, signed_x);
      }
    // In float64 the neighbors are nearer than any float32.
    const double middle64 = (values[i] + values[i + 1]) / 2;
    for (const double x : {std::nextafter(middle64, 0.0), std::nextafter(middle64, 1e300)})
      wrong += encode<Format>(x) != nearest<Format>(values, x);
  }
  CHECK(wrong == 0);
}

template <typename Format>
void check_random() {
  const auto values = numbers<Format>();
  std::mt19937_64 random(7);
  unsigned wrong = 0;
  for (int i = 0; i < 1000000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random());
    const double mantissa = 1.0 + static_cast<double>(random() % 4096) / 4096;
    const auto near = static_cast<float>(std::ldexp(mantissa, static_cast<int>(random() % 40) - 20));
    float any;
    std::memcpy(&any, &bits, sizeof any);
    wrong += encode<Format>(near) != nearest<Format>(values, near);
    if (!std::isnan(any)) wrong += encode<Format>(any) != nearest<Format>(values, any);
  }
  CHECK(wrong == 0);
}

}  // namespace

TEMPLATE_TEST_CASE("formats follow their definition", "", Bf16, F16, F8E4m3, F8E5m2) {
  check_all_codes<TestType>();
  check_ties_and_their_neighbors<TestType>();
  check_random<TestType>();
}

TEST_CASE("formats at their limits") {
  CHECK(decode<F8E4m3>(0x7e) == 448);
  CHECK(decode<F8E5m2>(0x7b) == 57344);
  CHECK(decode<F16>(0x7bff) == 65504);
  CHECK(decode<F16>(0x0001) == 0x1p-24f);
  CHECK(encode<F8E4m3>(1e9f) == 0x7e);
  CHECK(encode<F8E4m3>(-std::numeric_limits<float>::infinity()) == 0xfe);
  CHECK(encode<F8E5m2>(61440.0f) == 0x7c);  // half a step above the largest: to the even code, infinity
  CHECK(encode<F8E5m2>(61439.0f) == 0x7b);
  CHECK(encode<F16>(65519.0f) == 0x7bff);
  CHECK(encode<F16>(65520.0f) == 0x7c00);
  CHECK(encode<Bf16>(std::numeric_limits<float>::max()) == 0x7f80);
  CHECK(encode<Bf16>(-0.0f) == 0x8000);
  CHECK(std::isnan(decode<F8E4m3>(encode<F8E4m3>(std::nanf("")))));
}
