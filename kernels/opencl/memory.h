#pragma once
// Entries of the table: memory and copies.
#include "kernels/device.h"

namespace daybreak::kernels::opencl {

daybreak_status allocate(daybreak_device*, size_t bytes, void** memory);
void release(daybreak_device*, void* memory);
daybreak_status copy_in(daybreak_device*, daybreak_stream*, void* to, const void* from_host, size_t bytes);
daybreak_status copy_out(daybreak_device*, daybreak_stream*, void* to_host, const void* from, size_t bytes);
daybreak_status copy(daybreak_device*, daybreak_stream*, void* to, const void* from, size_t bytes);
daybreak_status fill_zero(daybreak_device*, daybreak_stream*, void* memory, size_t bytes);

}  // namespace daybreak::kernels::opencl
