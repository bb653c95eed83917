#include "libcore/dataset/real_values.h"

#include <cstdint>
#include <cstring>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

template <typename Stored, typename Convert>
void read_all(std::span<const std::byte> bytes, std::span<double> out, Convert convert) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    Stored value;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    out[i] = static_cast<double>(convert(value));
  }
}

template <typename Stored, typename Convert>
void write_all(std::span<const double> values, std::span<std::byte> out, Convert convert) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored value = convert(values[i]);
    std::memcpy(out.data() + i * sizeof value, &value, sizeof value);
  }
}

[[noreturn]] void not_real(io::DType type) {
  throw Error(ExitStatus::bug, std::string(io::dtype_name(type)) + " is no type of real numbers");
}

}  // namespace

void to_doubles(io::DType type, std::span<const std::byte> bytes, std::span<double> out) {
  switch (type) {
    case io::DType::f16:
      return read_all<std::uint16_t>(bytes, out, kernels::decode<kernels::F16>);
    case io::DType::bf16:
      return read_all<std::uint16_t>(bytes, out, kernels::decode<kernels::Bf16>);
    case io::DType::f32:
      return read_all<float>(bytes, out, [](float x) { return x; });
    case io::DType::f64:
      return read_all<double>(bytes, out, [](double x) { return x; });
    default:
      not_real(type);
  }
}

bool is_number(io::DType type) {
  return type < io::DType::f8_e4m3 || type > io::DType::f8_e5m2;
}

void numbers_to_doubles(io::DType type, std::span<const std::byte> bytes, std::span<double> out) {
  const auto same = [](auto x) { return x; };
  switch (type) {
    case io::DType::boolean:
    case io::DType::u8:
      return read_all<std::uint8_t>(bytes, out, same);
    case io::DType::i8:
      return read_all<std::int8_t>(bytes, out, same);
    case io::DType::u16:
      return read_all<std::uint16_t>(bytes, out, same);
    case io::DType::i16:
      return read_all<std::int16_t>(bytes, out, same);
    case io::DType::u32:
      return read_all<std::uint32_t>(bytes, out, same);
    case io::DType::i32:
      return read_all<std::int32_t>(bytes, out, same);
    case io::DType::u64:
      return read_all<std::uint64_t>(bytes, out, same);
    case io::DType::i64:
      return read_all<std::int64_t>(bytes, out, same);
    default:
      return to_doubles(type, bytes, out);
  }
}

void from_doubles(io::DType type, std::span<const double> values, std::span<std::byte> out) {
  switch (type) {
    case io::DType::f16:
      return write_all<std::uint16_t>(values, out, kernels::encode<kernels::F16, double>);
    case io::DType::bf16:
      return write_all<std::uint16_t>(values, out, kernels::encode<kernels::Bf16, double>);
    case io::DType::f32:
      return write_all<float>(values, out, [](double x) { return static_cast<float>(x); });
    case io::DType::f64:
      return write_all<double>(values, out, [](double x) { return x; });
    default:
      not_real(type);
  }
}

}  // namespace daybreak::dataset
