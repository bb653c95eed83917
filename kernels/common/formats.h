#pragma once
// Number formats of 16 and 8 bits: exact conversions from and to binary32 and binary64, rounded to nearest even.
// bfloat16 and binary16 after IEEE 754; FP8 after "FP8 Formats for Deep Learning" (Micikevicius et al., 2022).
#include <bit>
#include <cstdint>
#include <type_traits>

namespace daybreak::kernels {

/// A format of 1 sign bit, kExponentBits and kMantissaBits. kInfinite: the largest exponent holds infinities and NaN;
/// without it only the code of all ones is NaN, and what is too large, infinity too, becomes the largest finite number.
template <typename CodeType, int kExponentBitCount, int kMantissaBitCount, bool kHasInfinity>
struct SmallFloat {
  using Code = CodeType;
  static constexpr int kExponentBits = kExponentBitCount, kMantissaBits = kMantissaBitCount;
  static constexpr bool kInfinite = kHasInfinity;
  static constexpr int kBias = (1 << (kExponentBits - 1)) - 1;
  static constexpr std::uint32_t kSignBit = 1u << (kExponentBits + kMantissaBits);
  static constexpr std::uint32_t kInfinityCode = ((1u << kExponentBits) - 1) << kMantissaBits;  // where kInfinite
  static constexpr std::uint32_t kNanCode = kInfinite ? kInfinityCode | (1u << (kMantissaBits - 1)) : kSignBit - 1;
  static constexpr std::uint32_t kLargestCode = (kInfinite ? kInfinityCode : kNanCode) - 1;  // finite
  static constexpr std::uint32_t kOverflowCode = kInfinite ? kInfinityCode : kLargestCode;
};

using Bf16 = SmallFloat<std::uint16_t, 8, 7, true>;
using F16 = SmallFloat<std::uint16_t, 5, 10, true>;
using F8E4m3 = SmallFloat<std::uint8_t, 4, 3, false>;
using F8E5m2 = SmallFloat<std::uint8_t, 5, 2, true>;

namespace detail {

/// value / 2^shift, rounded to nearest even.
template <typename Bits>
constexpr Bits shift_to_nearest_even(Bits value, int shift) {
  if (shift > static_cast<int>(sizeof(Bits)) * 8 - 2) return 0;  // below half of the last place
  const Bits half = Bits{1} << (shift - 1), odd = (value >> shift) & 1;
  return (value + half - 1 + odd) >> shift;
}

}  // namespace detail

/// The code of the number of Format that lies nearest to `value` (float or double). NaN keeps its sign alone.
template <typename Format, typename Real>
constexpr typename Format::Code encode(Real value) {
  using Bits = std::conditional_t<sizeof(Real) == 8, std::uint64_t, std::uint32_t>;
  constexpr int kRealMantissa = sizeof(Real) == 8 ? 52 : 23, kRealBias = sizeof(Real) == 8 ? 1023 : 127;
  const Bits bits = std::bit_cast<Bits>(value), magnitude = bits & ~(Bits{1} << (sizeof(Real) * 8 - 1));
  const std::uint32_t sign = bits != magnitude ? Format::kSignBit : 0;
  constexpr Bits kRealInfinity = static_cast<Bits>(2 * kRealBias + 1) << kRealMantissa;
  if (magnitude > kRealInfinity) return static_cast<typename Format::Code>(sign | Format::kNanCode);

  const int exponent_field = static_cast<int>(magnitude >> kRealMantissa);
  const int exponent = exponent_field == 0 ? 1 - kRealBias : exponent_field - kRealBias;
  constexpr int kShift = kRealMantissa - Format::kMantissaBits, kSmallest = 1 - Format::kBias;
  Bits code;
  if (exponent_field != 0 && exponent >= kSmallest) {
    // A carry out of the mantissa raises the exponent, as it should.
    code = detail::shift_to_nearest_even<Bits>(magnitude, kShift) -
           (static_cast<Bits>(kRealBias - Format::kBias) << Format::kMantissaBits);
  } else {
    const Bits mantissa = (magnitude & ((Bits{1} << kRealMantissa) - 1)) |
                          (exponent_field == 0 ? Bits{0} : Bits{1} << kRealMantissa);
    code = detail::shift_to_nearest_even<Bits>(mantissa, kShift + kSmallest - exponent);
  }
  if (code > Format::kLargestCode) code = Format::kOverflowCode;
  return static_cast<typename Format::Code>(sign | static_cast<std::uint32_t>(code));
}

/// The value of a code; exact.
template <typename Format>
constexpr float decode(typename Format::Code code) {
  const std::uint32_t sign = (code & Format::kSignBit) ? 0x80000000u : 0, magnitude = code & (Format::kSignBit - 1);
  if constexpr (Format::kInfinite) {
    if (magnitude >= Format::kInfinityCode)
      return std::bit_cast<float>(sign | 0x7f800000u | (magnitude > Format::kInfinityCode ? 0x400000u : 0));
  } else {
    if (magnitude == Format::kNanCode) return std::bit_cast<float>(sign | 0x7fc00000u);
  }
  constexpr int kShift = 23 - Format::kMantissaBits;
  if constexpr (Format::kBias == 127) return std::bit_cast<float>(sign | magnitude << kShift);
  if (magnitude < (1u << Format::kMantissaBits)) {
    // Below the normal numbers: a whole multiple of the smallest one, 2^(1 - bias - mantissa bits).
    const float quantum = std::bit_cast<float>(static_cast<std::uint32_t>(128 - Format::kBias - Format::kMantissaBits) << 23);
    const float value = static_cast<float>(magnitude) * quantum;
    return sign ? -value : value;
  }
  return std::bit_cast<float>(sign | ((magnitude << kShift) + (static_cast<std::uint32_t>(127 - Format::kBias) << 23)));
}

/// `value` as Format can hold it.
template <typename Format, typename Real>
constexpr Real round_to(Real value) {
  return static_cast<Real>(decode<Format>(encode<Format>(value)));
}

}  // namespace daybreak::kernels
