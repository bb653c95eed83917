// Operations that treat each element alone, and sums over buffers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/common/formats.h"
#include "libcore/device/conformance_cases.h"
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

constexpr std::int64_t kCounts[] = {1, 7, 64, 1023, 10007};
constexpr double kSmallScale = 1e-3;  // of gelu, whose values are small where x is negative
constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

/// Normal values with the hostile ones mixed in.
std::vector<double> hostile(std::int64_t count, unsigned seed) {
  auto values = normal(count, seed, 3);
  const double special[] = {0.0, -0.0, 1e-30, -1e-30, 20, -20, 89, -89, 3e38, -3e38, kInfinity, kNan};
  for (std::size_t i = 0; i < values.size() && i < std::size(special) && count >= 64; ++i) values[5 * i] = special[i];
  return values;
}

}  // namespace

TEST_CASE("gelu and its slope") {
  for (const std::int64_t count : kCounts)
    for (const daybreak_dtype type : kAllTypes) {
      check(gelu_forward(type, normal(count, 5, 2), kSmallScale));
      check(gelu_backward(type, normal(count, 6, 2), true));
      check(gelu_backward(type, normal(count, 7, 2), false));
    }
  check(gelu_forward(DAYBREAK_F32, hostile(200, 15), kSmallScale));
  check(gelu_forward(DAYBREAK_F32, {-kInfinity, kInfinity, kNan, -12, -9.99, -10.01, 12}, kSmallScale));
  check(gelu_backward(DAYBREAK_F32, {-kInfinity, kInfinity, kNan, -12, 12, -3e38, 3e38}, false));
}

TEST_CASE("swiglu and its gradients") {
  for (const std::int64_t count : kCounts)
    for (const daybreak_dtype type : kWideTypes) {
      check(swiglu_forward(type, normal(count, 16, 3)));
      check(swiglu_backward(type, count));
    }
  check(swiglu_forward(DAYBREAK_F32, hostile(200, 17)));
}

TEST_CASE("add_scaled: mixed types, in place, and y unread where its factor is 0") {
  for (const std::int64_t count : kCounts)
    for (const daybreak_dtype x : kAllTypes)
      for (const daybreak_dtype y : kWideTypes) {
        check(add_scaled(x, y, count, 1, 1));
        check(add_scaled(x, y, count, -0.3f, 0));
      }
  check(add_scaled(DAYBREAK_F32, DAYBREAK_F32, 5000, 0.25f, 0.5f, true));
}

TEST_CASE("cast: the same code as the definition, for every pair of types") {
  for (const daybreak_dtype from : kAllTypes)
    for (const daybreak_dtype to : kAllTypes) {
      const Case tested = cast(from, to, hostile(5003, 18));
      // The reference casts to `to` itself, so that overflow and rounding are its own.
      auto reference = daybreak::device::Device::open("reference");
      const auto want = from_bytes(to, execute(tested, reference, false)[1]);
      for_each_device([&](const std::string& name, daybreak::device::Device& device) {
        const auto got = from_bytes(to, execute(tested, device, false)[1]);
        INFO(daybreak::device::name_of(from) << " to " << daybreak::device::name_of(to) << " on " << name);
        CHECK(std::memcmp(got.data(), want.data(), got.size() * sizeof(double)) == 0);
      });
    }
}

namespace {

/// Every number of a format, and the float32 numbers at and beside the middle between it and the next.
template <typename Format>
std::vector<float> numbers_and_boundaries() {
  std::vector<float> all;
  for (std::uint32_t code = 0; code <= 0xffff; ++code) {
    const float number = daybreak::kernels::decode<Format>(static_cast<std::uint16_t>(code));
    const float next = daybreak::kernels::decode<Format>(static_cast<std::uint16_t>(code + 1));
    const auto middle = static_cast<float>((static_cast<double>(number) + next) / 2);
    for (const float value : {number, middle, std::nextafterf(middle, -INFINITY), std::nextafterf(middle, INFINITY)})
      all.push_back(value);
  }
  return all;
}

template <typename Format>
void check_every_code(daybreak_dtype type) {
  const std::vector<float> wide = numbers_and_boundaries<Format>();
  std::vector<std::uint16_t> codes(wide.size());
  std::transform(wide.begin(), wide.end(), codes.begin(), daybreak::kernels::encode<Format, float>);
  for_each_device([&](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    const auto from = device.upload(std::span<const float>(wide));
    auto narrow = device.allocate(codes.size() * sizeof(codes[0])), back = device.allocate(wide.size() * sizeof(float));
    daybreak_cast c{};
    c.count = static_cast<std::int64_t>(wide.size()), c.x = from.data(), c.y = narrow.data(), c.y_type = type;
    device.cast(c);
    CHECK((narrow.template to_host<std::uint16_t>() == codes));
    c.x = narrow.data(), c.x_type = type, c.y = back.data(), c.y_type = DAYBREAK_F32;
    device.cast(c);
    std::size_t other = 0;
    const auto got = back.template to_host<float>();
    for (std::size_t i = 0; i < got.size(); ++i) {
      const float want = daybreak::kernels::decode<Format>(codes[i]);
      other += std::memcmp(&got[i], &want, sizeof want) != 0 && !(std::isnan(got[i]) && std::isnan(want));
    }
    CHECK(other == 0);
  });
}

}  // namespace

TEST_CASE("cast: every code of 16 bits, and both sides of every boundary between two") {
  check_every_code<daybreak::kernels::F16>(DAYBREAK_F16);
  check_every_code<daybreak::kernels::Bf16>(DAYBREAK_BF16);
}

TEST_CASE("statistics count what is not finite and leave it out") {
  for (const std::int64_t count : {std::int64_t{0}, std::int64_t{1}, std::int64_t{100}, std::int64_t{50001}}) {
    auto values = normal(count, 19);
    if (count >= 100) values[3] = kInfinity, values[50] = kNan, values[99] = -77;
    const Tensor x = input(DAYBREAK_F32, values);
    for_each_device([&](const std::string& name, daybreak::device::Device& device) {
      INFO(name);
      const auto bytes = to_bytes(DAYBREAK_F32, x.values);
      const auto buffer = device.upload(std::span<const std::byte>(bytes));
      daybreak_statistics_result result{1, 2, 3, 4};
      daybreak_statistics s{};
      s.count = count, s.x = buffer.data(), s.x_type = DAYBREAK_F32, s.result = &result;
      device.statistics(s);
      device.synchronize();
      long double sum = 0, squares = 0;
      for (const double v : x.values)
        if (std::isfinite(v)) sum += v, squares += static_cast<long double>(v) * v;
      CHECK_THAT(result.sum, Catch::Matchers::WithinAbs(static_cast<double>(sum), 1e-9));
      CHECK_THAT(result.sum_squares, Catch::Matchers::WithinAbs(static_cast<double>(squares), 1e-7));
      CHECK(result.not_finite == (count >= 100 ? 2 : 0));
      if (count >= 100) CHECK(result.largest_magnitude == 77);
    });
  }
}
