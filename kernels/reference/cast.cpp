#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::cast(daybreak_device&, const daybreak_cast& c) {
  for (int64_t i = 0; i < c.count; ++i) store(c.y, c.y_type, i, load(c.x, c.x_type, i));
}

}  // namespace daybreak::kernels::reference
