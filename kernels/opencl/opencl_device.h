#pragma once
// An open device of the chip "opencl".
#include <CL/cl.h>

#include <cstddef>
#include <vector>

#include "kernels/device.h"
#include "kernels/opencl/address_book.h"
#include "kernels/opencl/handle.h"
#include "kernels/opencl/programs.h"

namespace daybreak::kernels::opencl {

/// Memory for the duration of an operation. Grows, never shrinks; what was queued before still has the old one.
class Scratch {
 public:
  cl_mem at_least(cl_context context, std::size_t bytes);

 private:
  Memory memory_;
  std::size_t bytes_ = 0;
};

/// What a position's rotation by each frequency is: cosine and sine, [context, half] each, in memory of the device.
struct RotationTable {
  float base = 0;
  int64_t context = 0, half = 0;
  Memory cosine, sine;
};

/// What a device finds late, as bits of one word of its memory.
enum Fault : cl_uint { kTokenOutside = 1, kTargetOutside = 2 };

}  // namespace daybreak::kernels::opencl

struct daybreak_stream {
  daybreak_stream(cl_context context, cl_device_id device);
  daybreak::kernels::opencl::Queue queue;  // in order, timed
  daybreak::kernels::opencl::Scratch scratch;
};

struct daybreak_event {
  daybreak::kernels::opencl::Event marker;
};

struct daybreak_device {
  explicit daybreak_device(cl_device_id chosen);
  daybreak_stream& stream_of(daybreak_stream* stream) { return stream ? *stream : main; }

  char error[1024] = {};
  cl_device_id id;
  bool has_double, is_processor;
  daybreak::kernels::opencl::Context context;
  daybreak_stream main;
  daybreak::kernels::opencl::AddressBook memory;
  daybreak::kernels::opencl::Programs programs;
  daybreak::kernels::opencl::RotationTable rotations;
  daybreak::kernels::opencl::Memory faults;  // a cl_uint of Fault bits
  bool may_have_faults = false;              // something was queued that could set them
  std::vector<daybreak_stream*> streams;     // beside main
};
