#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::add_scaled(daybreak_device&, const daybreak_add_scaled& a) {
  for (int64_t i = 0; i < a.count; ++i) {
    double value = a.scale_x * load(a.x, a.x_type, i);
    if (a.scale_y != 0) value += a.scale_y * load(a.y, a.y_type, i);
    store(a.y, a.y_type, i, value);
  }
}

}  // namespace daybreak::kernels::reference
