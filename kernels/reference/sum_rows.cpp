#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::sum_rows(daybreak_device&, const daybreak_sum_rows& s) {
  require_row_major({s.x_layout});
  for (int64_t i = 0; i < s.width; ++i) {
    double sum = s.out[i];
    for (int64_t r = 0; r < s.rows; ++r) sum += load(s.x, s.x_type, r * s.width + i);
    s.out[i] = static_cast<float>(sum);
  }
}

}  // namespace daybreak::kernels::reference
