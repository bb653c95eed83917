#pragma once
// Products that are multiplied in bf16.
#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

/// Whether this device computes the product with its instructions for bf16.
bool is_bf16_product(const daybreak_device& device, const daybreak_gemm& g);
/// The product, whose arguments have been checked and is_bf16_product().
void multiply_bf16(daybreak_device& device, const daybreak_gemm& g);

}  // namespace daybreak::kernels::cpu
