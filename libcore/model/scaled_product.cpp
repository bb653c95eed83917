#include "libcore/model/scaled_product.h"

#include <algorithm>
#include <cmath>

#include "kernels/common/formats.h"
#include "libcore/device/values.h"

namespace daybreak::model {
namespace {

double largest_number(daybreak_dtype type) {
  using namespace kernels;
  return type == DAYBREAK_F8_E4M3 ? decode<F8E4m3>(F8E4m3::kLargestCode) : decode<F8E5m2>(F8E5m2::kLargestCode);
}

/// The exponent of the scale for `count` elements of x. float32 holds any finite element times it.
int scale_exponent(device::Device& device, View x, std::int64_t count, daybreak_dtype compute) {
  const double largest = device::statistics_of(device, x.data, x.type, count).largest_magnitude;
  // What is not finite is found by whoever looks at the gradients.
  return largest == 0 || !std::isfinite(largest)
             ? 0
             : std::clamp(static_cast<int>(std::floor(std::log2(largest_number(compute) / largest))), -60, 60);
}

/// `scaled` = x * 2^exponent in float32.
View scale(device::Device& device, View x, std::int64_t count, int exponent, View scaled) {
  daybreak_cast cast{};
  cast.count = count;
  cast.x = x.data;
  cast.x_type = x.type;
  cast.y = scaled.data;
  cast.y_type = DAYBREAK_F32;
  device.cast(cast);
  daybreak_add_scaled multiply_in_place{};
  multiply_in_place.count = count;
  multiply_in_place.x = multiply_in_place.y = scaled.data;
  multiply_in_place.scale_x = std::ldexp(1.0f, exponent);
  device.add_scaled(multiply_in_place);
  return scaled;
}

}  // namespace

bool is_f8(daybreak_dtype type) {
  return type == DAYBREAK_F8_E4M3 || type == DAYBREAK_F8_E5M2;
}

void multiply(device::Device& device, daybreak_gemm product, const OperandScratch& scratch, const char* name) {
  if (is_f8(product.compute)) {
    // The chip reads the operands; the interface takes them as constant, a View does not say so.
    const View a{const_cast<void*>(product.a), product.a_type}, b{const_cast<void*>(product.b), product.b_type};
    const std::int64_t a_count = product.m * product.k, b_count = product.k * product.n;
    const int a_exponent = scale_exponent(device, a, a_count, product.compute);
    const int b_exponent = scale_exponent(device, b, b_count, product.compute);
    product.a = scale(device, a, a_count, a_exponent, scratch.a).data;
    product.b = scale(device, b, b_count, b_exponent, scratch.b).data;
    product.a_type = product.b_type = DAYBREAK_F32;
    product.alpha = std::ldexp(product.alpha, -a_exponent - b_exponent);
  }
  device.gemm_as(name, product);
}

}  // namespace daybreak::model
