#pragma once
// The operations of the chip "cuda", one file each: NAME.cu holds the kernels and, as Operations::NAME, what queues them.
#include "kernels/common/operation_list.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

struct Operations {
#define DAYBREAK_DECLARE(name, Arguments) static void name(daybreak_device&, daybreak_stream*, const Arguments&);
  DAYBREAK_EACH_OPERATION(DAYBREAK_DECLARE)
#undef DAYBREAK_DECLARE
};

}  // namespace daybreak::kernels::cuda
