#pragma once
// The second step of sums over rows, which normalization's gradients share.
#include "kernels/opencl/call.h"

namespace daybreak::kernels::opencl {

/// Rows that one item adds in the first step: the rounding errors of such a sum stay small, and there are enough sums.
constexpr int64_t kRowsEach = 64;

/// out[width] += the sum of the `chunks` rows of `partial`, [chunks, width], that begin at its element `first`.
void add_chunks(daybreak_device& device, daybreak_stream* stream, cl_mem partial, int64_t first, int64_t chunks,
                int64_t width, float* out);

}  // namespace daybreak::kernels::opencl
