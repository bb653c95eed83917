#include "kernels/opencl/failure.h"

#include <new>

namespace daybreak::kernels::opencl {
namespace {

/// The names of OpenCL 1.2's errors that a device may give; others are told by their number.
const char* name_of(cl_int code) {
#define DAYBREAK_NAME(error) \
  case error:                \
    return #error;
  switch (code) {
    DAYBREAK_NAME(CL_DEVICE_NOT_FOUND)
    DAYBREAK_NAME(CL_DEVICE_NOT_AVAILABLE)
    DAYBREAK_NAME(CL_COMPILER_NOT_AVAILABLE)
    DAYBREAK_NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE)
    DAYBREAK_NAME(CL_OUT_OF_RESOURCES)
    DAYBREAK_NAME(CL_OUT_OF_HOST_MEMORY)
    DAYBREAK_NAME(CL_PROFILING_INFO_NOT_AVAILABLE)
    DAYBREAK_NAME(CL_BUILD_PROGRAM_FAILURE)
    DAYBREAK_NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)
    DAYBREAK_NAME(CL_INVALID_VALUE)
    DAYBREAK_NAME(CL_INVALID_DEVICE)
    DAYBREAK_NAME(CL_INVALID_MEM_OBJECT)
    DAYBREAK_NAME(CL_INVALID_BUILD_OPTIONS)
    DAYBREAK_NAME(CL_INVALID_KERNEL_NAME)
    DAYBREAK_NAME(CL_INVALID_KERNEL_ARGS)
    DAYBREAK_NAME(CL_INVALID_WORK_GROUP_SIZE)
    DAYBREAK_NAME(CL_INVALID_BUFFER_SIZE)
    default:
      return "error";
  }
#undef DAYBREAK_NAME
}

}  // namespace

Failure::Failure(cl_int code, const std::string& doing)
    : std::runtime_error(doing + ": " + name_of(code) + " (" + std::to_string(code) + ")"), code_(code) {}

void require(cl_int code, const char* doing) {
  if (code == CL_SUCCESS) return;
  if (code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_HOST_MEMORY) throw std::bad_alloc();
  throw Failure(code, doing);
}

}  // namespace daybreak::kernels::opencl
