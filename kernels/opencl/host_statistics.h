#pragma once
// Statistics for devices without double: the host adds.
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "kernels/common/formats.h"
#include "kernels/device.h"

namespace daybreak::kernels::opencl {

/// Element `i` of a buffer of the host.
inline float element_of(const void* buffer, daybreak_dtype type, std::size_t i) {
  switch (type) {
    case DAYBREAK_BF16:
      return decode<Bf16>(static_cast<const std::uint16_t*>(buffer)[i]);
    case DAYBREAK_F16:
      return decode<F16>(static_cast<const std::uint16_t*>(buffer)[i]);
    case DAYBREAK_F8_E4M3:
      return decode<F8E4m3>(static_cast<const std::uint8_t*>(buffer)[i]);
    case DAYBREAK_F8_E5M2:
      return decode<F8E5m2>(static_cast<const std::uint8_t*>(buffer)[i]);
    default:
      return static_cast<const float*>(buffer)[i];
  }
}

/// Adds `count` elements to what `result` holds.
inline void add_statistics(const void* buffer, daybreak_dtype type, std::size_t count,
                           daybreak_statistics_result& result) {
  for (std::size_t i = 0; i < count; ++i) {
    const double x = element_of(buffer, type, i);
    if (!std::isfinite(x)) {
      ++result.not_finite;
      continue;
    }
    result.sum += x;
    result.sum_squares += x * x;
    if (std::fabs(x) > result.largest_magnitude) result.largest_magnitude = std::fabs(x);
  }
}

}  // namespace daybreak::kernels::opencl
