#include "kernels/reference/gelu.h"

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::gelu_forward(daybreak_device&, const daybreak_gelu& g) {
  for (int64_t i = 0; i < g.count; ++i) store(g.y, g.y_type, i, gelu(load(g.x, g.x_type, i)));
}

void Operations::gelu_backward(daybreak_device&, const daybreak_gelu_backward& g) {
  for (int64_t i = 0; i < g.count; ++i)
    store(g.x_gradient, g.gradient_type, i,
          load(g.y_gradient, g.gradient_type, i) * gelu_slope(load(g.x, g.x_type, i)));
}

}  // namespace daybreak::kernels::reference
