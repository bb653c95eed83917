#pragma once
// How fast a device does what it is given, by its own clock.
#include <cstdint>
#include <functional>

#include "libcore/base/stop.h"
#include "libcore/device/device.h"

namespace daybreak::device {

/// Seconds of work(), which gives the device something to do and waits for nothing: the shortest of repetitions over `time_s`
/// after one that does not count. What is short is repeated for a millisecond at a time, so that the device does not wait for
/// the host in between. Throws Interrupted on request.
double best_s(Device& device, double time_s, const StopToken& stop, const std::function<void()>& work);

/// Bytes read and written a second under y += x of `elements` float32, by all threads that the device has: what an operation
/// that is bound by memory may be held to.
double sum_bytes_per_s(Device& device, std::int64_t elements, double time_s, const StopToken& stop);

/// Bytes of each of two buffers that no cache holds: 16 MiB a thread of a processor, at least 128 MiB, elsewhere 256 MiB.
std::int64_t beyond_caches_bytes(const Device& device);

/// The same of two such buffers.
double memory_bytes_per_s(Device& device, double time_s, const StopToken& stop);

}  // namespace daybreak::device
