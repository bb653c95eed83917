#pragma once
// What an OpenCL call that failed is thrown as.
#include <CL/cl.h>

#include <stdexcept>
#include <string>

namespace daybreak::kernels::opencl {

/// A call failed: "clBuildProgram: CL_BUILD_PROGRAM_FAILURE (-11)".
class Failure : public std::runtime_error {
 public:
  Failure(cl_int code, const std::string& doing);
  cl_int code() const { return code_; }

 private:
  cl_int code_;
};

/// Throws Failure, or std::bad_alloc where memory ran out, unless `code` is CL_SUCCESS.
void require(cl_int code, const char* doing);

}  // namespace daybreak::kernels::opencl
