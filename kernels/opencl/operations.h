#pragma once
// The operations of the chip "opencl", one file each with the kernels of the same name (NAME.cl). Each queues its
// kernels and returns.
#include "kernels/chip/operation.h"
#include "kernels/common/operation_list.h"
#include "kernels/opencl/call.h"
#include "kernels/opencl/sources.h"

namespace daybreak::kernels::opencl {

struct Operations {
#define DAYBREAK_DECLARE(name, Arguments) static void name(daybreak_device&, daybreak_stream*, const Arguments&);
  DAYBREAK_EACH_OPERATION(DAYBREAK_DECLARE)
#undef DAYBREAK_DECLARE
};

}  // namespace daybreak::kernels::opencl
