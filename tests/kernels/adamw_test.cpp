// AdamW: every way to keep weights and moments.
#include <cmath>
#include <cstring>

#include "kernels/common/stochastic_rounding.h"
#include "libcore/device/conformance_cases.h"
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace kernels = daybreak::kernels;
namespace {

constexpr std::int64_t kCounts[] = {1, 7, 64, 1023, 10007};

/// The codes of the definition itself, computed in float64: float32 lies so close that few elements fall on the other
/// side of a boundary.
void check_codes(const Case& tested) {
  constexpr double kMostOtherCodes = 2e-3, kMostOtherRests = 5e-2;  // the compensation is a difference of neighbors
  auto reference = daybreak::device::Device::open("reference");
  const auto want = execute(tested, reference, false);
  for_each_device([&](const std::string& name, daybreak::device::Device& device) {
    const auto got = execute(tested, device, false);
    for (std::size_t operand = 0; operand < tested.tensors.size(); ++operand) {
      const Tensor& tensor = tested.tensors[operand];
      if (tensor.type != DAYBREAK_BF16) continue;
      const auto codes = [](const std::vector<std::byte>& bytes, std::size_t i) {
        std::int16_t code;
        std::memcpy(&code, &bytes[2 * i], 2);
        return static_cast<int>(code);
      };
      std::size_t other = 0;
      for (std::size_t i = 0; i < tensor.values.size(); ++i) other += codes(got[operand], i) != codes(want[operand], i);
      INFO(name << ", operand " << operand << ": " << other << " other codes");
      const double most = operand == 5 ? kMostOtherRests : kMostOtherCodes;
      CHECK(static_cast<double>(other) <= 1 + most * static_cast<double>(tensor.values.size()));
    }
  });
}

}  // namespace

TEST_CASE("adamw: moments, decay, bias correction and the rounded copy") {
  for (const std::int64_t count : kCounts)
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{1000}})
      for (const daybreak_dtype weight : {DAYBREAK_F32, DAYBREAK_BF16})
        for (const daybreak_dtype moments : {DAYBREAK_F32, DAYBREAK_BF16})
          check(adamw(count, step, {weight, moments}, DAYBREAK_BF16));
  check(adamw(5000, 3, {DAYBREAK_F32, DAYBREAK_F32}, DAYBREAK_F16));
}

TEST_CASE("adamw: weights and moments of bf16 are the codes of the definition") {
  for (const std::int64_t count : kCounts)
    for (const bool compensated : {false, true})
      for (const auto rounding : {DAYBREAK_ROUND_NEAREST, DAYBREAK_ROUND_STOCHASTIC})
        for (const daybreak_dtype moments : {DAYBREAK_F32, DAYBREAK_BF16})
          check_codes(adamw(count, 7, {DAYBREAK_BF16, moments, rounding, compensated, 1000000007}, DAYBREAK_BF16));
}

TEST_CASE("adamw: stochastic rounding depends on the index among all elements, not on how they are cut") {
  constexpr std::int64_t kCount = 5000, kCut = 1237;
  const Case whole =
      adamw(kCount, 9, {DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_ROUND_STOCHASTIC, false, 77}, DAYBREAK_BF16);
  for_each_device([&](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    const auto want = execute(whole, device, false);
    Case parts = whole;
    parts.call = [](auto& on, const auto& p, const auto&) {
      for (const std::int64_t first : {std::int64_t{0}, kCut}) {
        daybreak_adamw a{};
        a.count = first == 0 ? kCut : kCount - kCut, a.step = 9, a.first_index = 77 + first, a.seed = 0x123456789abcdef;
        const auto at = [&](std::size_t i) { return static_cast<std::uint16_t*>(p[i]) + first; };
        a.weight = at(0), a.gradient = static_cast<const float*>(p[1]) + first, a.first_moment = at(2),
        a.second_moment = at(3);
        a.copy = at(4), a.weight_type = a.moment_type = a.copy_type = DAYBREAK_BF16,
        a.rounding = DAYBREAK_ROUND_STOCHASTIC;
        a.learning_rate = 1e-3f, a.beta1 = 0.9f, a.beta2 = 0.95f, a.epsilon = 1e-8f, a.decay = 0.1f,
        a.gradient_scale = 0.5f;
        on.adamw(a);
      }
    };
    CHECK((execute(parts, device, false) == want));
  });
}

TEST_CASE(
    "adamw: steps below half a unit move bf16 weights by stochastic rounding and compensation, not by rounding to "
    "nearest") {
  // A weight of 1 has neighbors 2^-8 below and 2^-7 above; each step takes 1e-4.
  constexpr std::int64_t kCount = 4096;
  constexpr int kSteps = 20;
  for_each_device([&](const std::string& name, daybreak::device::Device& device) {
    INFO(name);
    const auto mean_after = [&](daybreak_rounding rounding, bool compensated) {
      const auto ones = to_bytes(DAYBREAK_BF16, std::vector<double>(kCount, 1)),
                 gradient = to_bytes(DAYBREAK_F32, std::vector<double>(kCount, 1));
      auto weight = device.upload(std::span<const std::byte>(ones)),
           slope = device.upload(std::span<const std::byte>(gradient));
      auto moments = device.allocate(2 * kCount * sizeof(float)), rest = device.allocate(kCount * 2);
      moments.fill_zero(), rest.fill_zero();
      daybreak_adamw a{};
      a.count = kCount, a.weight = weight.data(), a.gradient = slope.as<float>(), a.first_moment = moments.data();
      a.second_moment = moments.as<float>() + kCount, a.compensation = compensated ? rest.data() : nullptr;
      a.weight_type = DAYBREAK_BF16, a.rounding = rounding, a.learning_rate = 1e-4f, a.beta1 = 0.9f, a.beta2 = 0.95f;
      a.epsilon = 1e-8f, a.gradient_scale = 1, a.seed = 5;
      for (a.step = 1; a.step <= kSteps; ++a.step) device.adamw(a);
      double sum = 0;
      for (const double w : from_bytes(DAYBREAK_BF16, weight.to_host<std::byte>())) sum += w;
      if (compensated)
        for (const double c : from_bytes(DAYBREAK_BF16, rest.to_host<std::byte>())) sum += c;
      return sum / kCount;
    };
    constexpr double kWant = 1 - kSteps * 1e-4;
    CHECK(mean_after(DAYBREAK_ROUND_NEAREST, false) == 1);
    // The mean of 4096 weights that each lie within 2^-8: five standard deviations.
    CHECK_THAT(mean_after(DAYBREAK_ROUND_STOCHASTIC, false), Catch::Matchers::WithinAbs(kWant, 1.6e-4));
    CHECK_THAT(mean_after(DAYBREAK_ROUND_NEAREST, true), Catch::Matchers::WithinAbs(kWant, 1e-5));
  });
}

TEST_CASE("stochastic rounding: exact numbers stay, others take both neighbors, NaN and infinity remain") {
  for (const std::uint32_t bits : {0u, 1u, 0x8000u, 0xffffu}) {
    CHECK(kernels::encode_bf16_stochastic(1.0f, bits) == 0x3f80);
    CHECK(kernels::encode_bf16_stochastic(-INFINITY, bits) == 0xff80);
    CHECK(kernels::encode_bf16_stochastic(NAN, bits) == 0x7fc0);
  }
  const float third = 1 + 0x1p-7f / 4;
  CHECK(kernels::encode_bf16_stochastic(third, 0xbfff) == 0x3f80);
  CHECK(kernels::encode_bf16_stochastic(third, 0xc000) == 0x3f81);
}
