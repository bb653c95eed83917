// What the chip opencl does where a device has no double: the host adds, from the codes.
#include "kernels/opencl/host_statistics.h"

#include <cmath>
#include <limits>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;

TEST_CASE("statistics by the host: sums of the decoded numbers, piece by piece, without what is not finite") {
  for (const daybreak_dtype type : kAllTypes) {
    Tensor x = input(type, normal(5000, 31));
    // F8_E4M3 has no infinity.
    if (type != DAYBREAK_F8_E4M3) x.values[17] = -std::numeric_limits<double>::infinity();
    x.values[4999] = std::numeric_limits<double>::quiet_NaN();
    const auto bytes = to_bytes(type, x.values);
    const std::size_t each = bytes.size() / x.values.size(), cut = 1234;
    daybreak_statistics_result result{};
    daybreak::kernels::opencl::add_statistics(bytes.data(), type, cut, result);
    daybreak::kernels::opencl::add_statistics(bytes.data() + cut * each, type, x.values.size() - cut, result);
    long double sum = 0, squares = 0;
    double largest = 0;
    for (const double v : x.values)
      if (std::isfinite(v))
        sum += v, squares += static_cast<long double>(v) * v, largest = std::fmax(largest, std::fabs(v));
    INFO(daybreak::device::name_of(type));
    CHECK_THAT(result.sum, Catch::Matchers::WithinAbs(static_cast<double>(sum), 1e-10));
    CHECK_THAT(result.sum_squares, Catch::Matchers::WithinAbs(static_cast<double>(squares), 1e-9));
    CHECK(result.largest_magnitude == largest);
    CHECK(result.not_finite == (type == DAYBREAK_F8_E4M3 ? 1 : 2));
  }
}
