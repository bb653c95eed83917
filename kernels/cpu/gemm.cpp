#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/gemm_f32.h"
#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

void require_layouts(const daybreak_device& device, const daybreak_gemm& g) {
  const auto require_tiled = [&device](daybreak_layout layout, daybreak_dtype type, int64_t columns) {
    if (layout == DAYBREAK_TILED) require_layout(has_tiled(device, type, columns));
  };
  require_tiled(g.a_layout, g.a_type, g.transpose_a ? g.m : g.k);
  require_tiled(g.b_layout, g.b_type, g.transpose_b ? g.k : g.n);
  require_tiled(g.c_layout, g.c_type, g.n);
  if (g.epilogue && g.aux) require_tiled(g.aux_layout, g.aux_type, g.n);
  if (g.b_layout == DAYBREAK_PACKED_B)
    require_layout(g.b_type == g.compute && g.b_type == (is_bf16_product(device, g) ? DAYBREAK_BF16 : DAYBREAK_F32));
}

}  // namespace

void Operations::gemm(daybreak_device& device, const daybreak_gemm& g) {
  if (g.m == 0 || g.n == 0) return;
  element_bytes(g.c_type);
  if (g.epilogue && g.aux) element_bytes(g.aux_type);
  require_layouts(device, g);
  is_bf16_product(device, g) ? multiply_bf16(device, g) : multiply_f32(device, g);
}

}  // namespace daybreak::kernels::cpu
