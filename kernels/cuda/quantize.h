#pragma once
// Codes of 8 bits whose groups have scales, as numbers.
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"

namespace daybreak::kernels::cuda {

/// Queues y[rows, columns] = codes times the scales of their groups, which bf16 and float32 hold exactly.
void queue_unscaled(daybreak_device& device, cudaStream_t stream, int64_t rows, int64_t columns, const Any& codes, const float* scales,
                    daybreak_scaling scaling, const Any& y);

}  // namespace daybreak::kernels::cuda
