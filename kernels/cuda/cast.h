#pragma once
// Conversion of buffers, for the operation and for whoever needs operands of another type.
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"

namespace daybreak::kernels::cuda {

/// Queues y = x for `count` elements, rounded to what type `through` holds and then to y's type.
void queue_cast(daybreak_device& device, daybreak_stream* stream, int64_t count, const Any& y, const Any& x, daybreak_dtype through);

}  // namespace daybreak::kernels::cuda
