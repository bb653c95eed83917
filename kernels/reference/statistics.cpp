#include <algorithm>
#include <cmath>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::statistics(daybreak_device&, const daybreak_statistics& s) {
  daybreak_statistics_result result{};
  for (int64_t i = 0; i < s.count; ++i) {
    const double x = load(s.x, s.x_type, i);
    if (!std::isfinite(x)) {
      ++result.not_finite;
      continue;
    }
    result.sum += x;
    result.sum_squares += x * x;
    result.largest_magnitude = std::max(result.largest_magnitude, std::fabs(x));
  }
  *s.result = result;
}

}  // namespace daybreak::kernels::reference
