#include "kernels/opencl/order.h"

#include <algorithm>
#include <memory>

#include "kernels/chip/operation.h"
#include "kernels/opencl/failure.h"
#include "kernels/opencl/opencl_device.h"

namespace daybreak::kernels::opencl {
namespace {

/// Throws Refusal where a kernel has met what it could not use since the last call; it has left that out.
void tell_faults(daybreak_device& device, daybreak_stream& stream) {
  if (!device.may_have_faults) return;
  device.may_have_faults = false;
  cl_uint found = 0;
  const cl_uint none = 0;
  require(clEnqueueReadBuffer(stream.queue.get(), device.faults.get(), CL_TRUE, 0, sizeof found, &found, 0, nullptr,
                              nullptr),
          "clEnqueueReadBuffer");
  if (found == 0) return;
  require(clEnqueueWriteBuffer(stream.queue.get(), device.faults.get(), CL_TRUE, 0, sizeof none, &none, 0, nullptr,
                               nullptr),
          "clEnqueueWriteBuffer");
  throw Refusal{DAYBREAK_INVALID,
                found & kTokenOutside ? "a token lies outside the vocabulary" : "a target lies outside the vocabulary"};
}

cl_ulong ended_at(const daybreak_event& event) {
  const cl_event marker = event.marker.get();
  if (!marker) throw Refusal{DAYBREAK_INVALID, "the event was never recorded"};
  require(clWaitForEvents(1, &marker), "clWaitForEvents");
  cl_ulong nanoseconds = 0;
  require(clGetEventProfilingInfo(marker, CL_PROFILING_COMMAND_END, sizeof nanoseconds, &nanoseconds, nullptr),
          "clGetEventProfilingInfo");
  return nanoseconds;
}

}  // namespace

daybreak_status stream_create(daybreak_device* device, daybreak_stream** stream) {
  return guarded(device, [&] {
    auto made = std::make_unique<daybreak_stream>(device->context.get(), device->id);
    device->streams.push_back(made.get());
    *stream = made.release();
    return DAYBREAK_OK;
  });
}

void stream_destroy(daybreak_device* device, daybreak_stream* stream) {
  if (!stream) return;
  clFinish(stream->queue.get());
  std::erase(device->streams, stream);
  delete stream;
}

daybreak_status stream_synchronize(daybreak_device* device, daybreak_stream* stream) {
  return guarded(device, [&] {
    daybreak_stream& of = device->stream_of(stream);
    require(clFinish(of.queue.get()), "clFinish");
    tell_faults(*device, of);
    return DAYBREAK_OK;
  });
}

daybreak_status event_create(daybreak_device* device, daybreak_event** event) {
  return guarded(device, [&] {
    *event = new daybreak_event;
    return DAYBREAK_OK;
  });
}

void event_destroy(daybreak_device*, daybreak_event* event) {
  delete event;
}

daybreak_status event_record(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  return guarded(device, [&] {
    cl_event marker = nullptr;
    require(clEnqueueMarkerWithWaitList(device->stream_of(stream).queue.get(), 0, nullptr, &marker),
            "clEnqueueMarkerWithWaitList");
    event->marker = Event(marker);
    // Another queue that waits for this one must see it begin.
    require(clFlush(device->stream_of(stream).queue.get()), "clFlush");
    return DAYBREAK_OK;
  });
}

daybreak_status stream_wait(daybreak_device* device, daybreak_stream* stream, daybreak_event* event) {
  return guarded(device, [&] {
    const cl_event marker = event->marker.get();
    if (!marker) return DAYBREAK_OK;
    require(clEnqueueBarrierWithWaitList(device->stream_of(stream).queue.get(), 1, &marker, nullptr),
            "clEnqueueBarrierWithWaitList");
    return DAYBREAK_OK;
  });
}

daybreak_status event_elapsed_s(daybreak_device* device, daybreak_event* from, daybreak_event* to, double* seconds) {
  return guarded(device, [&] {
    constexpr double kNanosecond = 1e-9;
    const cl_ulong begin = ended_at(*from), end = ended_at(*to);
    *seconds = (static_cast<double>(end) - static_cast<double>(begin)) * kNanosecond;
    return DAYBREAK_OK;
  });
}

void finish_all(daybreak_device& device) {
  clFinish(device.main.queue.get());
  for (daybreak_stream* stream : device.streams) clFinish(stream->queue.get());
}

}  // namespace daybreak::kernels::opencl
