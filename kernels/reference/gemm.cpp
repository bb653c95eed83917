#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::gemm(daybreak_device&, const daybreak_gemm& g) {
  if (g.a_layout != DAYBREAK_ROW_MAJOR || g.b_layout != DAYBREAK_ROW_MAJOR)
    throw host::Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts"};
  for (int64_t i = 0; i < g.m; ++i)
    for (int64_t j = 0; j < g.n; ++j) {
      double sum = 0;
      for (int64_t l = 0; l < g.k; ++l) {
        const double a = load(g.a, g.a_type, g.transpose_a ? l * g.m + i : i * g.k + l);
        const double b = load(g.b, g.b_type, g.transpose_b ? j * g.k + l : l * g.n + j);
        sum += round_to_type(a, g.compute) * round_to_type(b, g.compute);
      }
      double value = g.alpha * sum;
      if (g.beta != 0) value += g.beta * load(g.c, g.c_type, i * g.n + j);
      if (g.bias) value += load(g.bias, g.bias_type, j);
      store(g.c, g.c_type, i * g.n + j, value);
    }
}

}  // namespace daybreak::kernels::reference
