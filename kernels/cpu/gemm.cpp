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

/// The product of what scaled codes stand for.
daybreak_gemm without_scales(daybreak_device& device, const daybreak_gemm& g) {
  const daybreak_dtype wanted = device.set.bf16_tiles ? DAYBREAK_BF16 : DAYBREAK_F32;
  daybreak_gemm plain = g;
  plain.a = dequantized(device, device.a, {g.a, g.a_type, g.a_scales, g.a_scaling, g.m, g.k}, wanted);
  plain.b = dequantized(device, device.b, {g.b, g.b_type, g.b_scales, g.b_scaling, g.n, g.k}, wanted);
  plain.a_type = plain.b_type = plain.compute = wanted;
  plain.a_scaling = plain.b_scaling = DAYBREAK_SCALING_NONE;
  return plain;
}

}  // namespace

void Operations::gemm(daybreak_device& device, const daybreak_gemm& g) {
  if (g.m == 0 || g.n == 0) return;
  if (g.a_scaling && g.k != 0) return gemm(device, without_scales(device, g));
  element_bytes(g.c_type);
  if (g.epilogue && g.aux) element_bytes(g.aux_type);
  require_layouts(device, g);
  is_bf16_product(device, g) ? multiply_bf16(device, g) : multiply_f32(device, g);
}

}  // namespace daybreak::kernels::cpu
