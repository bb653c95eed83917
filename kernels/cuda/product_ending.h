#pragma once
// What comes after a product: bias, GELU or its slope, and what is added.
#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

/// Queues c = epilogue(alpha * product + bias) + beta * addend for rows [first, first + rows) of c, of which product[rows, n]
/// holds op(a) op(b).
void queue_ending(daybreak_device& device, cudaStream_t stream, const daybreak_gemm& g, int64_t first, int64_t rows,
                  const float* product);

}  // namespace daybreak::kernels::cuda
