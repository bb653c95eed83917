#include "libcore/precision/number_formats.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/common/formats.h"
#include "libcore/base/error.h"

namespace daybreak::precision {
namespace {

template <typename Format>
FormatLimits limits_of() {
  return {kernels::decode<Format>(Format::kLargestCode), kernels::decode<Format>(1u << Format::kMantissaBits), kernels::decode<Format>(1)};
}

template <typename Format>
void round_as(std::span<const float> values, std::span<float> out, float scale) {
  const float inverse = 1 / scale, largest = kernels::decode<Format>(Format::kLargestCode);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float rounded = kernels::round_to<Format>(values[i] * scale);
    out[i] = std::clamp(rounded, -largest, largest) * inverse;
  }
}

template <typename Format>
FormatCounts count_as(std::span<const float> values, float scale) {
  // What is nearer to the number that would follow the largest one overflows; half way, the even code wins.
  const double largest = kernels::decode<Format>(Format::kLargestCode);
  const double half_way = largest + std::ldexp(1, std::ilogb(largest) - Format::kMantissaBits - 1);
  constexpr bool kTieOverflows = Format::kLargestCode % 2 == 1;
  const double normal = limits_of<Format>().smallest_normal;
  FormatCounts counts;
  for (const float value : values) {
    const double magnitude = std::abs(static_cast<double>(value) * scale);
    if (magnitude == 0) continue;
    const double rounded = std::abs(kernels::round_to<Format>(static_cast<double>(value) * scale));
    if (magnitude > half_way || (kTieOverflows && magnitude == half_way)) ++counts.overflow;
    else if (rounded == 0) ++counts.flushed;
    else if (rounded < normal) ++counts.subnormal;
  }
  return counts;
}

/// Calls use.template operator()<Format>(); F32 must have been dealt with.
template <typename Use>
auto with_format(NumberFormat format, Use use) {
  switch (format) {
    case NumberFormat::f16: return use.template operator()<kernels::F16>();
    case NumberFormat::bf16: return use.template operator()<kernels::Bf16>();
    default: return use.template operator()<kernels::F8E4m3>();
  }
}

}  // namespace

NumberFormat parse_format(const std::string& name) {
  std::string plain;
  for (const char letter : name)
    if (letter != '_') plain += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  if (plain == "f32") return NumberFormat::f32;
  if (plain == "f16") return NumberFormat::f16;
  if (plain == "bf16") return NumberFormat::bf16;
  if (plain == "f8e4m3") return NumberFormat::f8_e4m3;
  throw usage_error("expected a number format f32, f16, bf16 or f8e4m3, found '" + name + "'");
}

std::vector<NumberFormat> parse_formats(const std::string& text) {
  std::vector<NumberFormat> formats;
  bool has_f32 = false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    formats.push_back(parse_format(text.substr(begin, end - begin)));
    has_f32 |= formats.back() == NumberFormat::f32;
    begin = end + 1;
  }
  if (!has_f32) formats.push_back(NumberFormat::f32);
  std::sort(formats.begin(), formats.end());
  if (std::adjacent_find(formats.begin(), formats.end()) != formats.end())
    throw usage_error("the list of formats '" + text + "' names one twice");
  return formats;
}

FormatLimits format_limits(NumberFormat format) {
  if (format == NumberFormat::f32) return {0x1.fffffep127, 0x1p-126, 0x1p-149};
  return with_format(format, []<typename Format>() { return limits_of<Format>(); });
}

float scale_for(NumberFormat format, Scaling scaling, float largest_magnitude) {
  if (format != NumberFormat::f8_e4m3 || scaling == Scaling::none || largest_magnitude == 0) return 1;
  const double largest = format_limits(format).largest, magnitude = largest_magnitude;
  int exponent = std::ilogb(largest) - std::ilogb(magnitude);
  if (std::ldexp(magnitude, exponent) > largest) --exponent;
  return static_cast<float>(std::ldexp(1.0, std::clamp(exponent, -126, 126)));  // its inverse is a normal number too
}

void round_values(std::span<const float> values, std::span<float> out, NumberFormat format, float scale) {
  if (format == NumberFormat::f32) {
    std::copy(values.begin(), values.end(), out.begin());
    return;
  }
  with_format(format, [&]<typename Format>() { round_as<Format>(values, out, scale); });
}

FormatCounts count_out_of_range(std::span<const float> values, NumberFormat format, float scale) {
  if (format == NumberFormat::f32) {
    const auto subnormal = [](float value) { return value != 0 && std::abs(value) < 0x1p-126f; };
    return {0, 0, static_cast<std::uint64_t>(std::count_if(values.begin(), values.end(), subnormal))};
  }
  return with_format(format, [&]<typename Format>() { return count_as<Format>(values, scale); });
}

Range range_of(std::span<const float> values) {
  Range range;
  std::uint32_t largest = 0, smallest = 0x7f800000;
  for (const float value : values) {
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(value) & 0x7fffffff;
    if (magnitude == 0) {
      ++range.zeros;
      continue;
    }
    ++range.histogram[magnitude >> 23];
    largest = std::max(largest, magnitude);
    smallest = std::min(smallest, magnitude);
    range.sum_squares += static_cast<double>(value) * value;
  }
  range.largest = std::bit_cast<float>(largest);
  if (largest != 0) range.smallest = std::bit_cast<float>(smallest);
  return range;
}

RangeShares shares_at(const Range& range, NumberFormat format, int shift) {
  const FormatLimits limits = format_limits(format);
  // Everything from twice the largest power of two overflows; everything below half of the smallest number is flushed.
  const int overflow_from = std::ilogb(limits.largest) + 1 - shift, flushed_below = std::ilogb(limits.smallest) - 1 - shift;
  std::uint64_t overflow = 0, flushed = 0, all = range.zeros;
  for (int bin = 0; bin < 256; ++bin) {
    const std::uint64_t count = range.histogram[static_cast<std::size_t>(bin)];
    const int low = bin == 0 ? -149 : bin - 127, high = bin == 0 ? -126 : bin - 126;  // [2^low, 2^high)
    all += count;
    if (low >= overflow_from) overflow += count;
    if (high <= flushed_below) flushed += count;
  }
  const double total = all == 0 ? 1 : static_cast<double>(all);
  return {static_cast<double>(overflow) / total, static_cast<double>(flushed) / total};
}

}  // namespace daybreak::precision
