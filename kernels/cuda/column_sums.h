#pragma once
// Sums over the rows of a matrix, in two steps whose order is always the same: blocks sum parts of the rows, and then their
// sums are summed.
#include <cstdint>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

/// Queues out[column] += the sum over `rows` rows of partial[row * stride + column], for `width` columns.
void add_partial_sums(const daybreak_device& device, cudaStream_t stream, int64_t rows, int64_t width, const float* partial,
                      int64_t stride, float* out);

}  // namespace daybreak::kernels::cuda
