#include "kernels/opencl/call.h"

#include <string>

#include "kernels/opencl/failure.h"

namespace daybreak::kernels::opencl {

const char* name_of(daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_F32:
      return "f32";
    case DAYBREAK_BF16:
      return "bf16";
    case DAYBREAK_F16:
      return "f16";
    case DAYBREAK_F8_E4M3:
      return "f8_e4m3";
    case DAYBREAK_F8_E5M2:
      return "f8_e5m2";
    default:
      throw Refusal{DAYBREAK_UNSUPPORTED, "operands must be real numbers of 32 bits or fewer"};
  }
}

std::size_t bytes_of(daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_BF16:
    case DAYBREAK_F16:
      return 2;
    case DAYBREAK_F8_E4M3:
    case DAYBREAK_F8_E5M2:
      return 1;
    case DAYBREAK_F64:
      return 8;
    default:
      return 4;
  }
}

void require_row_major(std::initializer_list<daybreak_layout> layouts) {
  for (const daybreak_layout layout : layouts)
    if (layout != DAYBREAK_ROW_MAJOR) throw Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts on this chip"};
}

Call::Call(daybreak_device& device, daybreak_stream* stream, const Source& source, const char* kernel,
           const Macros& macros)
    : device_(device),
      queue_(device.stream_of(stream).queue.get()),
      kernel_(device.programs.kernel(source, macros, kernel)),
      name_(kernel) {}

Call& Call::operand(const void* address, daybreak_dtype type) {
  const Place place = device_.memory.find(address);
  if (place.offset % bytes_of(type) != 0) throw Refusal{DAYBREAK_INVALID, "an operand begins within an element"};
  buffer(place.memory);
  return value(static_cast<cl_ulong>(place.offset / bytes_of(type)));
}

Call& Call::any_operand(const void* address, daybreak_dtype type) {
  name_of(type);  // refuses what any_element.clh does not know
  return operand(address, type).value(static_cast<cl_int>(type));
}

Call& Call::buffer(cl_mem memory) {
  return argument(&memory, sizeof memory);
}

Call& Call::argument(const void* value, std::size_t bytes) {
  const cl_int code = clSetKernelArg(kernel_, next_, bytes, value);
  if (code != CL_SUCCESS) throw Failure(code, std::string(name_) + ", argument " + std::to_string(next_));
  ++next_;
  return *this;
}

void Call::queue(int64_t groups, cl_event* ended) {
  const std::size_t global = static_cast<std::size_t>(groups) * kItems;
  require(clEnqueueNDRangeKernel(queue_, kernel_, 1, nullptr, &global, &kItems, 0, nullptr, ended), name_);
}

void Call::run(int64_t groups) {
  if (groups > 0) queue(groups, nullptr);
}

Event Call::run_timed(int64_t groups) {
  cl_event ended = nullptr;
  queue(groups, &ended);
  return Event(ended);
}

}  // namespace daybreak::kernels::opencl
