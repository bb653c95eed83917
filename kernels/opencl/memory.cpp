#include "kernels/opencl/memory.h"

#include "kernels/chip/operation.h"
#include "kernels/opencl/discovery.h"
#include "kernels/opencl/failure.h"
#include "kernels/opencl/opencl_device.h"
#include "kernels/opencl/order.h"

namespace daybreak::kernels::opencl {

daybreak_status allocate(daybreak_device* device, size_t bytes, void** memory) {
  *memory = nullptr;
  return guarded(device, [&] {
    // Some drivers give more at once than they say: they are asked before their limit is told.
    cl_int code = CL_SUCCESS;
    Memory buffer(clCreateBuffer(device->context.get(), CL_MEM_READ_WRITE, bytes, nullptr, &code));
    const auto most = property<cl_ulong>(device->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    if (code == CL_INVALID_BUFFER_SIZE || (code != CL_SUCCESS && bytes > most))
      return fail(device, DAYBREAK_NO_MEMORY, "no memory for %zu bytes: this device gives at most %llu bytes at once",
                  bytes, static_cast<unsigned long long>(most));
    if (code == CL_SUCCESS) *memory = device->memory.enter(std::move(buffer), bytes);
    if (*memory) return DAYBREAK_OK;
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for %zu bytes", bytes);
  });
}

void release(daybreak_device* device, void* memory) {
  finish_all(*device);
  device->memory.strike(memory);
}

daybreak_status copy_in(daybreak_device* device, daybreak_stream* stream, void* to, const void* from_host,
                        size_t bytes) {
  return guarded(device, [&] {
    if (bytes == 0) return DAYBREAK_OK;
    const Place place = device->memory.find(to);
    require(clEnqueueWriteBuffer(device->stream_of(stream).queue.get(), place.memory, CL_TRUE, place.offset, bytes,
                                 from_host, 0, nullptr, nullptr),
            "clEnqueueWriteBuffer");
    return DAYBREAK_OK;
  });
}

daybreak_status copy_out(daybreak_device* device, daybreak_stream* stream, void* to_host, const void* from,
                         size_t bytes) {
  return guarded(device, [&] {
    if (bytes == 0) return DAYBREAK_OK;
    const Place place = device->memory.find(from);
    require(clEnqueueReadBuffer(device->stream_of(stream).queue.get(), place.memory, CL_FALSE, place.offset, bytes,
                                to_host, 0, nullptr, nullptr),
            "clEnqueueReadBuffer");
    return DAYBREAK_OK;
  });
}

daybreak_status copy(daybreak_device* device, daybreak_stream* stream, void* to, const void* from, size_t bytes) {
  return guarded(device, [&] {
    if (bytes == 0) return DAYBREAK_OK;
    const Place source = device->memory.find(from), target = device->memory.find(to);
    require(clEnqueueCopyBuffer(device->stream_of(stream).queue.get(), source.memory, target.memory, source.offset,
                                target.offset, bytes, 0, nullptr, nullptr),
            "clEnqueueCopyBuffer");
    return DAYBREAK_OK;
  });
}

daybreak_status fill_zero(daybreak_device* device, daybreak_stream* stream, void* memory, size_t bytes) {
  return guarded(device, [&] {
    if (bytes == 0) return DAYBREAK_OK;
    const Place place = device->memory.find(memory);
    const cl_uint16 zeros{};
    // The pattern divides both; larger ones are written faster.
    std::size_t pattern = sizeof zeros;
    while (bytes % pattern != 0 || place.offset % pattern != 0) pattern /= 2;
    require(clEnqueueFillBuffer(device->stream_of(stream).queue.get(), place.memory, &zeros, pattern, place.offset,
                                bytes, 0, nullptr, nullptr),
            "clEnqueueFillBuffer");
    return DAYBREAK_OK;
  });
}

}  // namespace daybreak::kernels::opencl
