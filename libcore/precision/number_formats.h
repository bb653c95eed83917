#pragma once
// What rounding to a number format does to the values of a tensor.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/records/precision_map.h"

namespace daybreak::precision {

using records::NumberFormat;

/// Whether the values of a tensor are multiplied by a power of two before they are rounded to 8 bits, and divided after.
enum class Scaling { none, tensor };

/// "f16,bf16,f8e4m3" as formats, in the order of NumberFormat and with F32, the one that is always right; safetensors'
/// spelling is taken too. Error (usage) for an unknown or repeated name or an empty list.
std::vector<NumberFormat> parse_formats(const std::string& text);
/// One of them.
NumberFormat parse_format(const std::string& name);

struct FormatLimits {
  double largest;           // finite
  double smallest_normal;
  double smallest;          // subnormal, above 0
};
FormatLimits format_limits(NumberFormat format);

/// Under Scaling::tensor the largest power of two by which `largest_magnitude` still fits F8_E4M3: 2^k amax <= 448. 1 for
/// wider formats, for Scaling::none and for amax 0.
float scale_for(NumberFormat format, Scaling scaling, float largest_magnitude);

/// out[i] = round(values[i] * scale) / scale, to nearest even; too large values become the largest finite one, so that
/// what overflows still has a finite error (and is counted apart, see FormatCounts). scale is a power of two.
void round_values(std::span<const float> values, std::span<float> out, NumberFormat format, float scale);

/// How many values leave the range of a format at a scale: overflow: round beyond the largest finite one; flushed: nonzero
/// ones that round to zero; subnormal: round to a number below the smallest normal one, but not to zero.
struct FormatCounts {
  std::uint64_t overflow = 0, flushed = 0, subnormal = 0;
  bool operator==(const FormatCounts&) const = default;
};
FormatCounts count_out_of_range(std::span<const float> values, NumberFormat format, float scale);

/// Where the magnitudes of a tensor lie, by the exponent of binary32.
struct Range {
  std::array<std::uint64_t, 256> histogram{};  // [e]: 2^(e-127) <= |x| < 2^(e-126); [0]: subnormal of binary32, zeros apart
  std::uint64_t zeros = 0;                     // of either sign
  double largest = 0, smallest = 0;            // magnitudes; smallest: other than zero, 0 where there is none
  double sum_squares = 0;
  bool operator==(const Range&) const = default;
};
Range range_of(std::span<const float> values);
/// The share (0 to 1) of values that would surely overflow or be flushed if all were multiplied by 2^shift, by whole
/// bins of the histogram: never more than the true share.
struct RangeShares {
  double overflow = 0, flushed = 0;
};
RangeShares shares_at(const Range& range, NumberFormat format, int shift);

}  // namespace daybreak::precision
