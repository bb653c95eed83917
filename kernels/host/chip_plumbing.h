#pragma once
// What all chips share whose memory is the host's and whose operations are done when they return: memory, copies,
// streams, events. `Device` is the chip's daybreak_device, with a member `char error[]`.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>

#include "kernels/chip/operation.h"
#include "kernels/device.h"
#include "kernels/host/pages.h"

struct daybreak_stream {};  // every operation is done when it returns: there is nothing to queue
struct daybreak_event {
  std::chrono::steady_clock::time_point at;
};

namespace daybreak::kernels::host {

template <typename Device>
daybreak_status allocate(Device* device, size_t bytes, void** memory) {
  *memory = allocate_pages(bytes);
  if (*memory) return DAYBREAK_OK;
  return fail(device, DAYBREAK_NO_MEMORY, "no memory for %zu bytes", bytes);
}

inline void release(daybreak_device*, void* memory) {
  std::free(memory);
}

inline daybreak_status copy(daybreak_device*, daybreak_stream*, void* to, const void* from, size_t bytes) {
  if (bytes != 0) std::memcpy(to, from, bytes);
  return DAYBREAK_OK;
}

inline daybreak_status fill_zero(daybreak_device*, daybreak_stream*, void* memory, size_t bytes) {
  if (bytes != 0) std::memset(memory, 0, bytes);
  return DAYBREAK_OK;
}

inline daybreak_status stream_create(daybreak_device*, daybreak_stream** stream) {
  *stream = new (std::nothrow) daybreak_stream;
  return *stream ? DAYBREAK_OK : DAYBREAK_NO_MEMORY;
}

inline void stream_destroy(daybreak_device*, daybreak_stream* stream) {
  delete stream;
}

inline daybreak_status stream_synchronize(daybreak_device*, daybreak_stream*) {
  return DAYBREAK_OK;
}

inline daybreak_status event_create(daybreak_device*, daybreak_event** event) {
  *event = new (std::nothrow) daybreak_event;
  return *event ? DAYBREAK_OK : DAYBREAK_NO_MEMORY;
}

inline void event_destroy(daybreak_device*, daybreak_event* event) {
  delete event;
}

inline daybreak_status event_record(daybreak_device*, daybreak_stream*, daybreak_event* event) {
  event->at = std::chrono::steady_clock::now();
  return DAYBREAK_OK;
}

inline daybreak_status stream_wait(daybreak_device*, daybreak_stream*, daybreak_event*) {
  return DAYBREAK_OK;
}

inline daybreak_status event_elapsed_s(daybreak_device*, daybreak_event* from, daybreak_event* to, double* seconds) {
  *seconds = std::chrono::duration<double>(to->at - from->at).count();
  return DAYBREAK_OK;
}

/// Fills the entries above into a table.
template <typename Device>
constexpr void fill_plumbing(daybreak_chip& chip) {
  chip.allocate = allocate<Device>;
  chip.release = release;
  chip.copy_in = copy;
  chip.copy_out = copy;
  chip.copy = copy;
  chip.fill_zero = fill_zero;
  chip.stream_create = stream_create;
  chip.stream_destroy = stream_destroy;
  chip.stream_synchronize = stream_synchronize;
  chip.event_create = event_create;
  chip.event_destroy = event_destroy;
  chip.event_record = event_record;
  chip.stream_wait = stream_wait;
  chip.event_elapsed_s = event_elapsed_s;
}

}  // namespace daybreak::kernels::host
