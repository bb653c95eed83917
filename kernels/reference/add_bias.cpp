#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::add_bias(daybreak_device&, const daybreak_add_bias& a) {
  for (int64_t r = 0; r < a.rows; ++r)
    for (int64_t i = 0; i < a.width; ++i) {
      const int64_t place = r * a.width + i;
      store(a.x, a.x_type, place, load(a.x, a.x_type, place) + load(a.bias, a.bias_type, i));
    }
}

}  // namespace daybreak::kernels::reference
