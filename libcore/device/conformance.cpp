#include "libcore/device/conformance.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <utility>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"

namespace daybreak::device::conformance {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Half a unit in the last place, relative; and half the smallest step near zero.
std::pair<double, double> rounding_of(daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_BF16:
      return {0x1p-8 * 1.01, 0x1p-134};
    case DAYBREAK_F16:
      return {0x1p-11 * 1.01, 0x1p-25};
    case DAYBREAK_F8_E4M3:
      return {0x1p-4 * 1.01, 0x1p-10};
    case DAYBREAK_F8_E5M2:
      return {0x1p-3 * 1.01, 0x1p-17};
    default:
      return {0, 1e-37};  // float32's own rounding is part of the budgets
  }
}

bool agrees(double got, double want, const Tensor& tensor, std::size_t i) {
  if (std::isnan(want)) return std::isnan(got);
  if (got == want) return true;
  const double scale = tensor.scale.size() == 1 ? tensor.scale[0] : tensor.scale[i];
  const auto [relative, smallest] = rounding_of(tensor.type);
  return std::fabs(got - want) <= tensor.budget * (std::fabs(want) + scale) + relative * std::fabs(want) + smallest;
}

Tensor make(Role role, daybreak_dtype type, std::vector<double> values, double budget, bool keeps_type) {
  Tensor tensor{role, type, std::move(values), keeps_type, budget, {1}};
  tensor.values = from_bytes(type, to_bytes(type, tensor.values));
  return tensor;
}

template <typename T, typename Encode>
std::vector<std::byte> pack(const std::vector<double>& values, Encode encode) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T code = encode(values[i]);
    std::memcpy(&bytes[i * sizeof(T)], &code, sizeof(T));
  }
  return bytes;
}

template <typename T, typename Decode>
std::vector<double> unpack(const std::vector<std::byte>& bytes, Decode decode) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T code;
    std::memcpy(&code, &bytes[i * sizeof(T)], sizeof(T));
    values[i] = decode(code);
  }
  return values;
}

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return buffer;
}

}  // namespace

std::vector<std::byte> to_bytes(daybreak_dtype type, const std::vector<double>& values) {
  switch (type) {
    case DAYBREAK_F32:
      return pack<float>(values, [](double x) { return static_cast<float>(x); });
    case DAYBREAK_F64:
      return pack<double>(values, [](double x) { return x; });
    case DAYBREAK_BF16:
      return pack<std::uint16_t>(values, kernels::encode<kernels::Bf16, double>);
    case DAYBREAK_F16:
      return pack<std::uint16_t>(values, kernels::encode<kernels::F16, double>);
    case DAYBREAK_F8_E4M3:
      return pack<std::uint8_t>(values, kernels::encode<kernels::F8E4m3, double>);
    case DAYBREAK_F8_E5M2:
      return pack<std::uint8_t>(values, kernels::encode<kernels::F8E5m2, double>);
    default:
      throw Error(ExitStatus::bug, "no real type");
  }
}

std::vector<double> from_bytes(daybreak_dtype type, const std::vector<std::byte>& bytes) {
  switch (type) {
    case DAYBREAK_F32:
      return unpack<float>(bytes, [](float x) { return x; });
    case DAYBREAK_F64:
      return unpack<double>(bytes, [](double x) { return x; });
    case DAYBREAK_BF16:
      return unpack<std::uint16_t>(bytes, kernels::decode<kernels::Bf16>);
    case DAYBREAK_F16:
      return unpack<std::uint16_t>(bytes, kernels::decode<kernels::F16>);
    case DAYBREAK_F8_E4M3:
      return unpack<std::uint8_t>(bytes, kernels::decode<kernels::F8E4m3>);
    case DAYBREAK_F8_E5M2:
      return unpack<std::uint8_t>(bytes, kernels::decode<kernels::F8E5m2>);
    default:
      throw Error(ExitStatus::bug, "no real type");
  }
}

Tensor input(daybreak_dtype type, std::vector<double> values) {
  return make(Role::input, type, std::move(values), kExact, false);
}

Tensor updated(daybreak_dtype type, std::vector<double> values, double budget) {
  return make(Role::updated, type, std::move(values), budget, false);
}

Tensor output(daybreak_dtype type, std::int64_t count, double budget) {
  return make(Role::output, type, std::vector<double>(static_cast<std::size_t>(count), kNan), budget, false);
}

Tensor f32_input(std::vector<double> values) {
  return make(Role::input, DAYBREAK_F32, std::move(values), kExact, true);
}

Tensor f32_output(std::int64_t count, double budget) {
  return make(Role::output, DAYBREAK_F32, std::vector<double>(static_cast<std::size_t>(count), kNan), budget, true);
}

Tensor f32_updated(std::vector<double> values, double budget) {
  return make(Role::updated, DAYBREAK_F32, std::move(values), budget, true);
}

std::vector<double> normal(std::int64_t count, unsigned seed, double spread) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> distribution(0, spread);
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = distribution(random);
  return values;
}

std::vector<std::uint32_t> below(std::uint32_t limit, std::int64_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> values(static_cast<std::size_t>(count));
  for (auto& value : values) value = static_cast<std::uint32_t>(random() % limit);
  return values;
}

std::vector<std::vector<std::byte>> execute(const Case& tested, Device device, bool float64) {
  std::vector<Buffer> buffers;
  std::vector<void*> pointers;
  std::vector<daybreak_dtype> types;
  for (const Tensor& tensor : tested.tensors) {
    types.push_back(float64 && !tensor.keeps_type ? DAYBREAK_F64 : tensor.type);
    const auto bytes = to_bytes(types.back(), tensor.values);
    buffers.push_back(device.upload(std::span<const std::byte>(bytes)));
    pointers.push_back(buffers.back().data());
  }
  tested.call(device, pointers, types);
  std::vector<std::vector<std::byte>> results;
  for (const Buffer& buffer : buffers) results.push_back(buffer.to_host<std::byte>());
  return results;
}

Comparison compare(const Tensor& tensor, const std::vector<std::byte>& got_bytes,
                   const std::vector<std::byte>& want_bytes) {
  Comparison result;
  if (tensor.role == Role::input) {
    if (got_bytes != to_bytes(tensor.type, tensor.values)) result = {1, 0, "an operand that is only read has changed"};
    return result;
  }
  const auto got = from_bytes(tensor.type, got_bytes),
             want = from_bytes(tensor.keeps_type ? tensor.type : DAYBREAK_F64, want_bytes);
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (std::isfinite(want[i]) && std::isfinite(got[i])) {
      const double scale = tensor.scale.size() == 1 ? tensor.scale[0] : tensor.scale[i];
      if (got[i] != want[i])
        result.error = std::max(result.error, std::fabs(got[i] - want[i]) / (std::fabs(want[i]) + scale));
    }
    if (agrees(got[i], want[i], tensor, i) || result.wrong++ > 0) continue;
    result.first = "element " + std::to_string(i) + ": got " + text(got[i]) + ", expected " + text(want[i]);
  }
  return result;
}

}  // namespace daybreak::device::conformance
