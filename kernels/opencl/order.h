#pragma once
// Entries of the table: streams and events.
#include "kernels/device.h"

namespace daybreak::kernels::opencl {

daybreak_status stream_create(daybreak_device*, daybreak_stream**);
void stream_destroy(daybreak_device*, daybreak_stream*);
/// Also tells what kernels have found since the last call.
daybreak_status stream_synchronize(daybreak_device*, daybreak_stream*);
daybreak_status event_create(daybreak_device*, daybreak_event**);
void event_destroy(daybreak_device*, daybreak_event*);
daybreak_status event_record(daybreak_device*, daybreak_stream*, daybreak_event*);
daybreak_status stream_wait(daybreak_device*, daybreak_stream*, daybreak_event*);
daybreak_status event_elapsed_s(daybreak_device*, daybreak_event* from, daybreak_event* to, double* seconds);

/// Waits for all that was queued on any stream.
void finish_all(daybreak_device& device);

}  // namespace daybreak::kernels::opencl
