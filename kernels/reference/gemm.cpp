#include "kernels/common/group_scale.h"
#include "kernels/reference/element.h"
#include "kernels/reference/gelu.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {
namespace {

/// What element (row, l) of codes[rows, k] is multiplied by.
double scale(const daybreak_gemm& g, daybreak_scaling scaling, const float* scales, int64_t rows, int64_t row, int64_t l) {
  return scaling ? scales[scale_place(scaling == DAYBREAK_SCALING_BLOCKS, rows, g.k, row, l)] : 1;
}

/// alpha * op(a) op(b) + bias at row i and column j.
double product(const daybreak_gemm& g, int64_t i, int64_t j) {
  double sum = 0;
  for (int64_t l = 0; l < g.k; ++l) {
    const double a = load(g.a, g.a_type, g.transpose_a ? l * g.m + i : i * g.k + l);
    const double b = load(g.b, g.b_type, g.transpose_b ? j * g.k + l : l * g.n + j);
    sum += round_to_type(a, g.compute) * scale(g, g.a_scaling, g.a_scales, g.m, i, l) * round_to_type(b, g.compute) *
           scale(g, g.b_scaling, g.b_scales, g.n, j, l);
  }
  return g.alpha * sum + (g.bias ? load(g.bias, g.bias_type, j) : 0);
}

double end(const daybreak_gemm& g, double value, int64_t index) {
  switch (g.epilogue) {
    case DAYBREAK_EPILOGUE_GELU:
      if (!g.aux) return gelu(value);
      store(g.aux, g.aux_type, index, value);
      return gelu(load(g.aux, g.aux_type, index));
    case DAYBREAK_EPILOGUE_GELU_BACKWARD: return value * gelu_slope(load(g.aux, g.aux_type, index));
    default: return value;
  }
}

}  // namespace

void Operations::gemm(daybreak_device&, const daybreak_gemm& g) {
  require_row_major({g.a_layout, g.b_layout, g.c_layout, g.aux_layout});
  const void* const addend = g.addend ? g.addend : g.c;
  for (int64_t i = 0; i < g.m; ++i)
    for (int64_t j = 0; j < g.n; ++j) {
      const int64_t index = i * g.n + j;
      // Before aux, which may be c, is written.
      const double old = g.beta != 0 ? g.beta * load(addend, g.c_type, index) : 0;
      store(g.c, g.c_type, index, end(g, product(g, i, j), index) + old);
    }
}

}  // namespace daybreak::kernels::reference
