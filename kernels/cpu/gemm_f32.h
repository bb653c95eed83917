#pragma once
// Products that are multiplied in float32.
#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

/// Op(b) of a product: [depth, width] in rows of its buffer, or along them.
struct F32Operand {
  const float* data;
  int64_t width, depth;
  bool along;  // neighbors in depth are neighbors in memory
};

/// Elements of b in panels, and b packed into them: the layout PACKED_B of float32.
int64_t packed_f32_elements(const daybreak_device& device, int64_t width, int64_t depth);
void pack_f32(daybreak_device& device, const F32Operand& b, float* packed);

/// The product, whose arguments have been checked.
void multiply_f32(daybreak_device& device, const daybreak_gemm& g);

}  // namespace daybreak::kernels::cpu
