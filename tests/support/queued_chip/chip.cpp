// A chip whose device works through a queue, as accelerators do, and takes a known time for each operation. What it computes
// is the cpu chip's doing, at once; its queue is a line of time beside the host's, which nobody has to wait for.
#define DAYBREAK_CHIP_IMPLEMENTATION
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "kernels/common/operation_list.h"
#include "kernels/device.h"

using Clock = std::chrono::steady_clock;

struct daybreak_event {
  Clock::time_point at;
};

namespace {

// What tests know: a millisecond an operation, and 1 and 4 GFLOP/s in float32 and bfloat16.
constexpr auto kOperation = std::chrono::milliseconds(1);
constexpr double kPeak = 1e9, kNarrowPeak = 4e9;

const daybreak_chip* processor = nullptr;
thread_local Clock::time_point done;  // when all that is in the queue is done; a device a thread

Clock::time_point end_of_queue() {
  return std::max(Clock::now(), done);
}

daybreak_status queued(daybreak_status status) {
  if (status == DAYBREAK_OK) done = end_of_queue() + kOperation;
  return status;
}

template <auto entry, typename Arguments>
daybreak_status operation(daybreak_device* device, daybreak_stream*, const Arguments* arguments) {
  return queued((processor->*entry)(device, nullptr, arguments));
}

// No tensor of a test is as large: what is, measures memory, and nobody looks at it.
constexpr size_t kLarge = size_t{1} << 26;

daybreak_status add_scaled(daybreak_device* device, daybreak_stream*, const daybreak_add_scaled* arguments) {
  if (static_cast<size_t>(arguments->count) * sizeof(float) >= kLarge) return queued(DAYBREAK_OK);
  return queued(processor->add_scaled(device, nullptr, arguments));
}

daybreak_status copy(daybreak_device* device, daybreak_stream*, void* to, const void* from, size_t bytes) {
  return queued(processor->copy(device, nullptr, to, from, bytes));
}

daybreak_status fill_zero(daybreak_device* device, daybreak_stream*, void* memory, size_t bytes) {
  return queued(bytes >= kLarge ? DAYBREAK_OK : processor->fill_zero(device, nullptr, memory, bytes));
}

daybreak_status stream_synchronize(daybreak_device* device, daybreak_stream*) {
  std::this_thread::sleep_until(done);
  return processor->stream_synchronize(device, nullptr);
}

daybreak_status event_create(daybreak_device*, daybreak_event** event) {
  *event = new daybreak_event;
  return DAYBREAK_OK;
}

void event_destroy(daybreak_device*, daybreak_event* event) {
  delete event;
}

daybreak_status event_record(daybreak_device*, daybreak_stream*, daybreak_event* event) {
  event->at = end_of_queue();
  return DAYBREAK_OK;
}

daybreak_status event_elapsed_s(daybreak_device*, daybreak_event* from, daybreak_event* to, double* seconds) {
  if (Clock::now() < to->at) return DAYBREAK_FAILED;  // whoever asks has not waited
  *seconds = std::chrono::duration<double>(to->at - from->at).count();
  return DAYBREAK_OK;
}

/// As the environment calls it, so that a test can be of any model.
daybreak_status device_info(int32_t, daybreak_device_info* info) {
  const char* const name = std::getenv("DAYBREAK_TEST_DEVICE_NAME");
  std::snprintf(info->name, sizeof info->name, "%s", name ? name : "a device with a queue");
  info->memory_bytes = uint64_t{1} << 32;
  info->threads = 0;
  info->emulated_types = 0;
  return DAYBREAK_OK;
}

double peak_flops(daybreak_device*, daybreak_dtype type) {
  return type == DAYBREAK_F32 ? kPeak : type == DAYBREAK_BF16 ? kNarrowPeak : 0;
}

daybreak_chip make_table() {
  daybreak_chip chip = *processor;
  chip.name = "queued";
  chip.device_info = device_info;
  chip.copy_in = chip.copy_out = chip.copy = copy;
  chip.fill_zero = fill_zero;
  chip.stream_synchronize = stream_synchronize;
  chip.event_create = event_create;
  chip.event_destroy = event_destroy;
  chip.event_record = event_record;
  chip.event_elapsed_s = event_elapsed_s;
  chip.peak_flops = peak_flops;
#define DAYBREAK_QUEUE(name, Arguments) chip.name = operation<&daybreak_chip::name, Arguments>;
  DAYBREAK_EACH_OPERATION(DAYBREAK_QUEUE)
#undef DAYBREAK_QUEUE
  chip.add_scaled = add_scaled;
  return chip;
}

}  // namespace

extern "C" const daybreak_chip* daybreak_chip_get(uint32_t host_major, uint32_t host_minor) {
  void* const library = dlopen(DAYBREAK_CPU_CHIP, RTLD_NOW | RTLD_LOCAL);
  if (!library) return nullptr;
  const auto get = reinterpret_cast<daybreak_chip_get_function>(dlsym(library, "daybreak_chip_get"));
  processor = get ? get(host_major, host_minor) : nullptr;
  if (!processor) return nullptr;
  static const daybreak_chip table = make_table();
  return &table;
}
