#include "kernels/opencl/opencl_device.h"

#include "kernels/opencl/call.h"
#include "kernels/opencl/discovery.h"
#include "kernels/opencl/failure.h"

namespace daybreak::kernels::opencl {
namespace {

Context make_context(cl_device_id device) {
  cl_int code = CL_SUCCESS;
  Context context(clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code));
  require(code, "clCreateContext");
  return context;
}

/// No fast mathematics; division and square root as IEEE 754 has them where the device can.
std::string build_options(cl_device_id device) {
  std::string options = "-cl-std=CL1.2 -DITEMS=" + std::to_string(kItems);
  if (property<cl_device_fp_config>(device, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT)
    options += " -cl-fp32-correctly-rounded-divide-sqrt";
  return options;
}

Memory make_faults(cl_context context) {
  cl_int code = CL_SUCCESS;
  cl_uint none = 0;
  Memory faults(clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof none, &none, &code));
  require(code, "clCreateBuffer");
  return faults;
}

}  // namespace

cl_mem Scratch::at_least(cl_context context, std::size_t bytes) {
  if (bytes <= bytes_) return memory_.get();
  cl_int code = CL_SUCCESS;
  Memory memory(clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, nullptr, &code));
  require(code, "clCreateBuffer for scratch space");
  memory_ = std::move(memory);
  bytes_ = bytes;
  return memory_.get();
}

}  // namespace daybreak::kernels::opencl

using namespace daybreak::kernels::opencl;

daybreak_stream::daybreak_stream(cl_context context, cl_device_id device) {
  cl_int code = CL_SUCCESS;
  queue = Queue(clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &code));
  require(code, "clCreateCommandQueue");
}

daybreak_device::daybreak_device(cl_device_id chosen)
    : id(chosen),
      has_double(has_extension(chosen, "cl_khr_fp64")),
      is_processor((property<cl_device_type>(chosen, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_CPU) != 0),
      context(make_context(chosen)),
      main(context.get(), chosen),
      programs(context.get(), chosen, build_options(chosen)),
      faults(make_faults(context.get())) {}
