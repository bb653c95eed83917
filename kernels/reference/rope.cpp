#include <cmath>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::rope(daybreak_device&, const daybreak_rope& r) {
  require_row_major({r.x_layout});
  const int64_t half = r.head_width / 2;
  for (int64_t t = 0; t < r.tokens; ++t)
    for (int64_t h = 0; h < r.heads; ++h)
      for (int64_t i = 0; i < half; ++i) {
        const double frequency =
            std::pow(static_cast<double>(r.base), -2.0 * static_cast<double>(i) / static_cast<double>(r.head_width));
        const double angle = r.direction * static_cast<double>(t % r.context) * frequency;
        const int64_t first = t * r.row_stride + h * r.head_width + i, second = first + half;
        const double a = load(r.x, r.x_type, first), b = load(r.x, r.x_type, second);
        store(r.x, r.x_type, first, a * std::cos(angle) - b * std::sin(angle));
        store(r.x, r.x_type, second, a * std::sin(angle) + b * std::cos(angle));
      }
}

}  // namespace daybreak::kernels::reference
