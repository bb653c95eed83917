#pragma once
// A product for what cuBLASLt has no way to compute, such as rows that no access of several bytes can read.
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/products.h"

namespace daybreak::kernels::cuda {

/// Queues d = op(a) op(b) in float32; alpha is 1, beta 0, and there is no bias.
void queue_simple_product(cudaStream_t stream, const Product& product);

}  // namespace daybreak::kernels::cuda
